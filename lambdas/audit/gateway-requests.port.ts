import type { GatewayRequest } from './completeness';

/** What the gateway itself has seen, whatever the functions behind it say. */
export interface GatewayRequests {
  /** The requests that arrived in a minute, counted from 1970. Complete only a few minutes later. */
  arrivedIn(minute: number): Promise<readonly GatewayRequest[]>;
}
