import type { AccessRule } from './access-rule';

/** Somebody who works for the shop looks at, or changes, the own data by the rights of that work. */
export const selfAccess: AccessRule = {
  name: 'self-access',
  serves: ['SOC 2 CC6.3', 'LGPD art. 46'],
  severity: 'medium',
  explanation: 'An actor uses the rights of a role on the own data, which somebody else should do.',
  judge: ({ access: { action, subject }, ownSubjects }) =>
    subject !== undefined && ownSubjects.includes(subject) ? { once: 'day', facts: { action } } : undefined,
};
