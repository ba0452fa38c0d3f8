import { InvokeCommand } from '@aws-sdk/client-lambda';
import { z } from 'zod';
import type { DeployedSystem } from '../harness/deployed-system';
import { type Figure, informative } from '../harness/figure';
import { liveVersion } from '../harness/live-alias';
import type { Random } from '../harness/random';
import { bundleVariant, publishVersion, rememberFunction } from '../harness/variant';
import { auditMutations } from './mutations';

const READER = 'ordering/read-order';

/** Calls that are not timed: processes start in them. */
const WARM_CALLS = 10;

/** Whose order is read. */
export interface TimedRead {
  readonly clientId: string;
  readonly orderId: string;
}

const eventOf = ({ clientId, orderId }: TimedRead, random: Random): string => {
  const requestId = random.uuid();
  return JSON.stringify({
    httpMethod: 'GET',
    resource: '/v1/orders/{orderId}',
    headers: {},
    pathParameters: { orderId },
    queryStringParameters: null,
    body: null,
    isBase64Encoded: false,
    requestContext: {
      requestId,
      identity: { sourceIp: '198.51.100.7', userAgent: 'drill' },
      authorizer: { clientId, scope: 'tenfold/orders.read' },
    },
  });
};

const isRead = (text: string): boolean => z.object({ statusCode: z.literal(200) }).safeParse(JSON.parse(text)).success;

/** An order that was to be read for its time was not read. */
export class UnreadOrderError extends Error {
  override readonly name = 'UnreadOrderError';
}

/** The middle one. */
export const medianOf = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;

/** Times an order's reading with its record and without, in turns: the function as it is, and a version of it that records nothing. */
export const timeCalls = async (
  system: DeployedSystem,
  read: TimedRead,
  random: Random,
  calls: number,
): Promise<Figure[]> => {
  const { lambda } = system;
  const FunctionName = await system.functionName(READER);
  const restore = await rememberFunction(system, READER);
  try {
    const audited = await liveVersion(lambda, FunctionName);
    const variant = { name: 'unrecorded', functions: [READER], mutations: auditMutations.unrecorded } as const;
    const plain = await publishVersion(system, READER, await bundleVariant(variant));
    const timed = async (Qualifier: string | undefined): Promise<number> => {
      const call = new InvokeCommand({ FunctionName, Qualifier, Payload: eventOf(read, random) });
      const before = performance.now();
      const { Payload } = await lambda.send(call);
      const milliseconds = performance.now() - before;
      const text = Payload?.transformToString() ?? '';
      if (!isRead(text)) throw new UnreadOrderError(`reading ${read.orderId} answered ${text}, expected status 200`);
      return milliseconds;
    };
    const [recorded, unrecorded]: [number[], number[]] = [[], []];
    for (let call = 0; call < calls + WARM_CALLS; call += 1) {
      const [one, other] = [await timed(audited), await timed(plain)];
      if (call < WARM_CALLS) continue;
      recorded.push(one);
      unrecorded.push(other);
    }
    const [slower, faster] = [medianOf(recorded), medianOf(unrecorded)];
    return [
      informative('reading an order with its record, p50', Math.round(slower * 10) / 10, 'ms'),
      informative('without, p50', Math.round(faster * 10) / 10, 'ms'),
      informative('slower by', Math.round((slower / faster - 1) * 1000) / 10, '%'),
    ];
  } finally {
    await restore();
  }
};
