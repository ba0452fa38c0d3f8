import type { AccessRule } from './access-rule';
import { deniedBurst } from './denied-burst';
import { massReads } from './mass-reads';
import { newAction } from './new-action';
import { newCountry } from './new-country';
import { offHours } from './off-hours';
import { selfAccess } from './self-access';

/** All rules about unusual access. */
export const accessRules: readonly AccessRule[] = [massReads, offHours, newCountry, newAction, selfAccess, deniedBurst];
