import { deterministicId } from './deterministic-id';

/** Id of the case of a consumer's group: the same each time the group is parked, so one read finds whether it is. */
export const caseIdOf = (context: string, consumer: string, group: string): string =>
  deterministicId('case', context, consumer, group);
