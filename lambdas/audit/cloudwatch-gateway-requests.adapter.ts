import { CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { clientDefaults } from '../shared/client-defaults';
import type { Log } from '../shared/log.port';
import { accessLogLine } from './check-completeness.contract';
import type { GatewayRequest } from './completeness';
import type { GatewayRequests } from './gateway-requests.port';

const MINUTE_MS = 60_000;

/** A line is dated when its request ends: 29 s after the request at most, which is when API Gateway gives up. */
const LONGEST_REQUEST_MS = 30_000;

let made: CloudWatchLogsClient | undefined;

/** The process's client of CloudWatch Logs; made at the first call. */
export const cloudWatchLogs = (): CloudWatchLogsClient => {
  made ??= new CloudWatchLogsClient(clientDefaults);
  return made;
};

/**
 * The fields of a line, each where it stands first: what callers choose (the user agent) comes last in the line, and may hold quotes that
 * make it no JSON any more.
 */
const lineOf = (message: string): unknown =>
  Object.fromEntries(
    Object.keys(accessLogLine.shape).map((name) => [name, new RegExp(`"${name}":"([^"]*)"`).exec(message)?.[1]]),
  );

const requestOf = (message: string): (GatewayRequest & { readonly atMs: number }) | undefined => {
  const fits = accessLogLine.safeParse(lineOf(message));
  if (!fits.success) return undefined;
  const { requestId, method, route, time, functionStatus } = fits.data;
  return {
    requestId,
    route: `${method} ${route}`,
    atMs: Number(time),
    ...(/^\d{3}$/.test(functionStatus) && { functionStatus: Number(functionStatus) }),
  };
};

/** The gateway's access log. */
export class CloudWatchGatewayRequests implements GatewayRequests {
  constructor(
    private readonly client: CloudWatchLogsClient,
    private readonly options: { readonly logGroupName: string; readonly log: Log },
  ) {}

  async arrivedIn(minute: number): Promise<readonly GatewayRequest[]> {
    const { logGroupName, log } = this.options;
    const startTime = minute * MINUTE_MS;
    const endTime = startTime + MINUTE_MS + LONGEST_REQUEST_MS;
    const requests: GatewayRequest[] = [];
    for await (const { events = [] } of paginateFilterLogEvents(
      { client: this.client },
      { logGroupName, startTime, endTime },
    )) {
      for (const { message = '', eventId } of events) {
        const request = requestOf(message);
        if (request === undefined) log.error('line of the access log is unreadable', { eventId });
        else if (Math.floor(request.atMs / MINUTE_MS) === minute) requests.push(request);
      }
    }
    return requests;
  }
}
