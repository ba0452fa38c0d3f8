import { deterministicId } from './deterministic-id';

/** Who parks a group. */
export interface CaseOwner {
  readonly context: string;
  readonly consumer: string;
  readonly region: string;
}

/**
 * Id of the case of a consumer's group: the same each time the group is parked, so one read finds whether it is. Each region has a
 * case of its own, because messages that two regions append to one case would overwrite each other.
 */
export const caseIdOf = ({ context, consumer, region }: CaseOwner, group: string): string =>
  deterministicId('case', context, consumer, region, group);
