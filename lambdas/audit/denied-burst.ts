import type { AccessRule } from './access-rule';

/** Somebody tries doors: many accesses that were refused, or asked for what is not there. */
export const deniedBurst: AccessRule = {
  name: 'denied-burst',
  serves: ['SOC 2 CC6.1', 'SOC 2 CC7.2', 'LGPD art. 46'],
  severity: 'high',
  explanation: 'Many more accesses of an actor than usual are refused, or ask for what does not exist.',
  judge: ({ lately, limits }) =>
    lately !== undefined && lately.refusalsInAnHour >= limits.refusalsInAnHour
      ? { once: 'hour', facts: { refusals: lately.refusalsInAnHour, minutes: 60, limit: limits.refusalsInAnHour } }
      : undefined,
};
