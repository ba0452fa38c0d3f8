/**
 * The handler of functions in stages with fault injection: the function's own handler, and around it what a drill asks for.
 * It lies beside `index.js` in `dist/lambdas-faulty` only; the code of other stages does not contain it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from 'aws-lambda';
import { faultFor } from './fault';
// The bundle of the function itself; there is one beside every copy of this file.
import { handler as own } from './index.js';

/** What a step throws when a drill made it fail. */
export class InjectedFault extends Error {
  override readonly name = 'InjectedFault';
}

const marginMilliseconds = 3000;

/**
 * Handles the event, with the fault that its saga step carries.
 * @throws InjectedFault before (`error`) or after (`after`) the step was done
 */
export const handler = async (event: unknown, context: Context): Promise<unknown> => {
  const fault = faultFor(event);
  if (fault?.mode === 'error') throw new InjectedFault('a drill made this step fail before it did anything');
  if (fault?.mode === 'slow') {
    await sleep(fault.waitMilliseconds ?? Math.max(0, context.getRemainingTimeInMillis() - marginMilliseconds));
  }
  const answer = await own(event, context);
  if (fault?.mode === 'after') throw new InjectedFault('a drill made this step fail after it was done');
  return answer;
};
