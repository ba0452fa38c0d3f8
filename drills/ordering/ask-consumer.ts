import { InvokeCommand } from '@aws-sdk/client-lambda';
import { z } from 'zod';
import type { DeployedSystem, DrilledFunction } from '../harness/deployed-system';
import { LIVE } from '../harness/live-alias';

const replayAnswer = z.looseObject({
  replay: z.object({ done: z.boolean(), read: z.number() }).optional(),
  reason: z.string().optional(),
});
const lagAnswer = z.looseObject({ generation: z.string() });

/** Enough for some hundred thousand records, each round being one invocation. */
const ROUNDS = 200;

/** The consumer did not do what it was asked. */
export class ConsumerRefusedError extends Error {
  override readonly name = 'ConsumerRefusedError';
}

const ask = async (system: DeployedSystem, entry: DrilledFunction, request: object): Promise<unknown> => {
  const FunctionName = `${await system.functionName(entry)}:${LIVE}`;
  const invoke = new InvokeCommand({ FunctionName, Payload: JSON.stringify(request) });
  const { FunctionError, Payload } = await system.lambda.send(invoke);
  const text = Payload?.transformToString() ?? '{}';
  if (FunctionError !== undefined) throw new ConsumerRefusedError(`${entry} failed: ${text}`);
  return JSON.parse(text);
};

/** The generation that a consumer writes to. @throws ConsumerRefusedError it fails */
export const activeGeneration = async (system: DeployedSystem, entry: DrilledFunction): Promise<string> =>
  lagAnswer.parse(await ask(system, entry, { lag: true })).generation;

/**
 * Has a consumer read its log again from the start into another generation, as `npm run stream -- replay` does.
 * @param onRead called with the number of records read so far
 * @throws ConsumerRefusedError it refuses, fails, or does not come to an end
 */
export const replayInto = async (
  system: DeployedSystem,
  entry: DrilledFunction,
  into: string,
  onRead: (count: number) => void,
): Promise<number> => {
  let read = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const answer = await ask(system, entry, { replay: { from: round === 0 ? 'horizon' : 'checkpoint', into } });
    const { replay, reason = JSON.stringify(answer) } = replayAnswer.parse(answer);
    if (replay === undefined) throw new ConsumerRefusedError(`${entry} does not replay: ${reason}`);
    read += replay.read;
    onRead(read);
    if (replay.done) return read;
  }
  throw new ConsumerRefusedError(`${entry} is not through with its log after ${ROUNDS} invocations`);
};
