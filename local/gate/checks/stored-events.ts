import { encodeEvent } from '../../../lambdas/shared/avro-writer';
import { asked, type Check, type Finding, notAsked } from '../check';
import { reasonOf } from '../reason';
import { distinct, type StoredEntity, storedEntities } from '../stored-entities';

const faultsOf = ({ forms: { kind, events }, version, entity }: StoredEntity): readonly Finding[] =>
  events(entity).flatMap(({ contract, data }) => {
    try {
      encodeEvent(contract, data);
      return [];
    } catch (error) {
      return [
        {
          what: `${kind} in version ${version} cannot be told as ${contract.type}: ${reasonOf(error)}`,
          where: `contracts/avro/${contract.type}.avsc`,
          fix: `publish what the contract says of every ${kind} that is stored`,
        },
      ];
    }
  });

/** Whether what is stored, in whatever version, can be told in the words of the events' contracts. */
export const storedEvents: Check = {
  pair: 'schema × contracts',
  claim: 'an entity of every stored version is published as the contracts say',
  ask: ({ candidate: { forms } }) =>
    forms.known
      ? asked(distinct(storedEntities(forms.value).flatMap(faultsOf)))
      : notAsked('the stored forms of the candidate cannot be loaded'),
};
