/**
 * What made a change happen: carried from request to command to event, so that one id finds the whole story.
 */
export interface Cause {
  /** The business conversation; for everything about an order it is the order's id. */
  readonly correlationId: string;
  /** Id of the request, command or event that led directly to this change. */
  readonly causationId: string;
  /** W3C Trace Context header (https://www.w3.org/TR/trace-context/), when the caller sent one. */
  readonly traceparent?: string;
}
