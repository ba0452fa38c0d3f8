import type { ApiEvent } from './api-event';
import type { ApiRouteOptions } from './api-route';
import { type ForwardedRequest, forwardedRequest } from './forwarded-request.contract';
import { HomeUnreachableError } from './home-regions.errors';
import type { HomeRegions } from './home-regions.port';
import type { Log } from './log.port';
import { logger } from './logger';

/** Where requests go, and where they come from. */
export interface ForwardHomeDeps {
  readonly homes: HomeRegions;
  /** The region of this function. */
  readonly region: string;
  /** @default the process's logger */
  readonly log?: Log;
}

const isForwarded = (event: ApiEvent): boolean => 'forwardedFrom' in event;

// The token was checked here, and nobody there needs it.
const withoutToken = (headers: ApiEvent['headers']) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'authorization'));

const forwarded = (event: ApiEvent, forwardedFrom: string): ForwardedRequest => ({
  forwardedFrom,
  httpMethod: event.httpMethod,
  resource: event.resource,
  headers: withoutToken(event.headers),
  pathParameters: event.pathParameters,
  queryStringParameters: event.queryStringParameters,
  body: event.body,
  isBase64Encoded: event.isBase64Encoded,
  requestContext: {
    requestId: event.requestContext.requestId,
    authorizer: event.requestContext.authorizer ?? {},
  },
});

/**
 * Has a route's requests about another region's entities answered there, once: a request that came from another region is not
 * sent on, because its sender may be as right about the home as this region is, and the two would play ball with it.
 */
export const forwardHome =
  ({ homes, region, log = logger() }: ForwardHomeDeps): NonNullable<ApiRouteOptions['elsewhere']> =>
  async (homeRegion, event) => {
    if (isForwarded(event)) return undefined;
    try {
      return await homes.forward(homeRegion, forwarded(event, region));
    } catch (error) {
      if (!(error instanceof HomeUnreachableError)) throw error;
      log.warn('home region did not answer', { requestId: event.requestContext.requestId, homeRegion, error });
      return undefined;
    }
  };

/**
 * The event of a function that is called by API Gateway and by its peers in other regions.
 * @throws ZodError a peer's request does not fit its contract
 */
export const readForwardable = (event: ApiEvent): ApiEvent =>
  isForwarded(event) ? forwardedRequest.parse(event) : event;
