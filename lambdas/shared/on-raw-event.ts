import type { AcceptedMessage, Handle } from './accepted-message';

/** Accepts an event as it is, for whoever passes events on: its data is not decoded, and what is handed over is the text that came. */
export const onRawEvent = (type: string, handle: Handle<string>): AcceptedMessage => ({
  type,
  read: (envelope) => JSON.stringify(envelope),
  // `read` has made the data a text.
  handle: handle as Handle<unknown>,
});
