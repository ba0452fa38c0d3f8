import type { AccessRule } from './access-rule';
import { isUsual } from './seen-days';

/** Something that nobody of the role does. After a release that brings an action it rings for the first who use it: they are few. */
export const newAction: AccessRule = {
  name: 'new-action',
  serves: ['SOC 2 CC6.3', 'LGPD art. 46', 'LGPD art. 6, III'],
  severity: 'medium',
  explanation:
    'A role does what nobody of that role does: it may have been granted too much, or is used by somebody else.',
  judge: ({ access: { action, role }, day, roleUsual }) =>
    roleUsual === undefined || isUsual(roleUsual.actions[action], day)
      ? undefined
      : { once: 'day', about: action, facts: { action, role } },
};
