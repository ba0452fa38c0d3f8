import type { AccessRule } from './access-rule';

/** Data of more people than usual: within five minutes, so that it is told soon, or within an hour, so that going slowly does not help. */
export const massReads: AccessRule = {
  name: 'mass-reads',
  serves: ['SOC 2 CC7.2', 'LGPD art. 46', 'LGPD art. 6, III'],
  severity: 'high',
  explanation: 'An actor accesses the data of many more different subjects than usual.',
  judge: ({ lately, limits, usual }) => {
    if (lately === undefined) return undefined;
    // While a busy machine is being learnt, a day is often enough to say that nobody knows it.
    const once = usual === undefined ? 'day' : 'hour';
    const { subjectsInFiveMinutes, subjectsInAnHour } = lately;
    if (subjectsInFiveMinutes >= limits.subjectsInFiveMinutes)
      return { once, facts: { subjects: subjectsInFiveMinutes, minutes: 5, limit: limits.subjectsInFiveMinutes } };
    if (subjectsInAnHour >= limits.subjectsInAnHour)
      return { once, facts: { subjects: subjectsInAnHour, minutes: 60, limit: limits.subjectsInAnHour } };
    return undefined;
  },
};
