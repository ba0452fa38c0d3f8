import { deterministicId } from './deterministic-id';

/**
 * The token of the person whom data are about: what their keys are found by. It stands where the shop's own customer id must not (the
 * encryption context of a key is written to CloudTrail); whoever knows the customer id can compute it, nobody can compute it back.
 */
export const subjectOf = (customerId: string): string => deterministicId('subject', customerId);
