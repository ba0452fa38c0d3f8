import type { ForwardedAnswer, ForwardedRequest } from './forwarded-request.contract';

/** The same function in the other regions of the stage. */
export interface HomeRegions {
  /**
   * Has a request answered in its home region, within three seconds. It may be handled there more than once, so that it must bear
   * repeats.
   * @throws HomeUnreachableError no usable answer came in time; whether it was handled is not known
   */
  forward(homeRegion: string, request: ForwardedRequest): Promise<ForwardedAnswer>;
}
