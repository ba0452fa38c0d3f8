import { InvokeCommand, LambdaClient, type LambdaClientConfig } from '@aws-sdk/client-lambda';
import { type ForwardedAnswer, type ForwardedRequest, forwardedAnswer } from './forwarded-request.contract';
import { HomeUnreachableError } from './home-regions.errors';
import type { HomeRegions } from './home-regions.port';

/** Which function is asked, and how long it may take. */
export interface LambdaHomeRegionsOptions {
  /** Name and alias, the same in every region: `tenfold-prod-cancel-order:live`. */
  readonly functionName: string;
  /** For both tries together, in milliseconds. @default 3000 */
  readonly boundMilliseconds?: number;
  /** For tests. @default what the Lambda runtime provides */
  readonly client?: LambdaClientConfig;
}

/** A try takes less than half of the bound, so that there is time for a second. */
const tryMilliseconds = (bound: number): number => Math.floor(bound * 0.48);

/** The home regions by Lambda's Invoke API: signed with the function's own role, which has to be granted on each region's alias. */
export class LambdaHomeRegions implements HomeRegions {
  /** By region: as many as the stage has. */
  private readonly clients = new Map<string, LambdaClient>();

  constructor(private readonly options: LambdaHomeRegionsOptions) {}

  async forward(homeRegion: string, request: ForwardedRequest): Promise<ForwardedAnswer> {
    const { functionName: FunctionName, boundMilliseconds = 3_000 } = this.options;
    try {
      const { FunctionError, Payload } = await this.clientOf(homeRegion, boundMilliseconds).send(
        new InvokeCommand({ FunctionName, Payload: JSON.stringify(request) }),
        { abortSignal: AbortSignal.timeout(boundMilliseconds) },
      );
      if (FunctionError !== undefined)
        throw new HomeUnreachableError(homeRegion, `its function failed (${FunctionError})`);
      return forwardedAnswer.parse(JSON.parse(Buffer.from(Payload ?? []).toString('utf8')));
    } catch (cause) {
      if (cause instanceof HomeUnreachableError) throw cause;
      throw new HomeUnreachableError(homeRegion, cause instanceof Error ? cause.name : 'unknown', { cause });
    }
  }

  private clientOf(region: string, bound: number): LambdaClient {
    const known = this.clients.get(region);
    if (known) return known;
    const requestTimeout = tryMilliseconds(bound);
    const client = new LambdaClient({
      ...this.options.client,
      region,
      maxAttempts: 2,
      requestHandler: { connectionTimeout: requestTimeout, requestTimeout, throwOnRequestTimeout: true },
    });
    this.clients.set(region, client);
    return client;
  }
}
