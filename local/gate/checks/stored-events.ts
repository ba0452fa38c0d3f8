import { encodeEvent } from '../../../lambdas/shared/avro-writer';
import type { NewEvent } from '../../../lambdas/shared/event-contract';
import type { Finding } from '../check';

/** Events about an entity that do not fit their contracts. */
export const eventFaults = (kind: string, version: number, events: readonly NewEvent[]): readonly Finding[] =>
  events.flatMap(({ contract, data }) => {
    try {
      encodeEvent(contract, data);
      return [];
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return [
        {
          what: `${kind} in version ${version} cannot be told as ${contract.type}: ${reason}`,
          where: `contracts/avro/${contract.type}.avsc`,
          fix: `publish what the contract says of every ${kind} that is stored`,
        },
      ];
    }
  });
