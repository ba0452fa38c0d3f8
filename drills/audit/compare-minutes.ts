import { InvokeCommand } from '@aws-sdk/client-lambda';
import { z } from 'zod';
import type { DeployedSystem } from '../harness/deployed-system';
import { LIVE } from '../harness/live-alias';

const MINUTE_MILLISECONDS = 60_000;

const answered = z.array(z.object({ missing: z.record(z.string(), z.array(z.string())) }));

/** The function that compares has failed. */
export class ComparisonFailedError extends Error {
  override readonly name = 'ComparisonFailedError';
}

/** Every minute between two times, the first and the last one included, RFC 3339. */
export const minutesBetween = (from: number, to: number): readonly string[] => {
  const [first, last] = [Math.floor(from / MINUTE_MILLISECONDS), Math.floor(to / MINUTE_MILLISECONDS)];
  return Array.from({ length: last - first + 1 }, (_, at) =>
    new Date((first + at) * MINUTE_MILLISECONDS).toISOString(),
  );
};

/**
 * Has minutes compared now, as an operator can.
 * @returns ids of the requests that have no record
 * @throws ComparisonFailedError
 */
export const missingIn = async (system: DeployedSystem, minutes: readonly string[]): Promise<ReadonlySet<string>> => {
  const FunctionName = await system.functionName('audit/check-completeness');
  const missing = new Set<string>();
  for (const minute of minutes) {
    const Payload = JSON.stringify({ minute });
    const answer = await system.lambda.send(new InvokeCommand({ FunctionName, Qualifier: LIVE, Payload }));
    const text = answer.Payload?.transformToString() ?? '';
    if (answer.FunctionError !== undefined)
      throw new ComparisonFailedError(`comparing ${minute} answered ${text}, expected requests by route`);
    for (const { missing: byRoute } of answered.parse(JSON.parse(text)))
      for (const requestId of Object.values(byRoute).flat()) missing.add(requestId);
  }
  return missing;
};
