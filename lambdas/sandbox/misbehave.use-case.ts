import type { Answer } from './effect';
import type { Operation } from './fault';
import type { Faults } from './faults.port';
import { GatewayTimeoutProblem, ServiceUnavailableProblem } from './sandbox.problems';

export interface MisbehaveDeps {
  readonly faults: Faults;
  readonly pause: (milliseconds: number) => Promise<void>;
}

/**
 * Does what is asked with the fault that is switched on for it, if any.
 * @throws ServiceUnavailableProblem | GatewayTimeoutProblem as the fault says
 */
export const misbehave =
  ({ faults, pause }: MisbehaveDeps) =>
  async (
    { operation, reference }: { readonly operation: Operation; readonly reference: string },
    perform: (declined: boolean) => Promise<Answer>,
  ): Promise<Answer> => {
    const fault = await faults.take(operation, reference);
    if (fault === undefined) return perform(false);
    switch (fault.mode) {
      case 'decline':
        return perform(true);
      case 'error':
      case 'down':
        throw new ServiceUnavailableProblem(`a fault is switched on: ${fault.mode}`);
      case 'slow':
        await pause(fault.delayMilliseconds);
        return perform(false);
      case 'timeout-after':
        await perform(false);
        await pause(fault.delayMilliseconds);
        throw new GatewayTimeoutProblem('a fault is switched on: timeout-after');
    }
  };
