import * as z from 'zod/mini';

const count = z.int().check(z.minimum(0));
const seenDays = z.object({ days: count, lastDay: count });
const habits = z.record(z.string(), seenDays);
const baseline = z.object({ samples: count, mean: z.number(), variance: z.number() });

/** A count of different things, as the table keeps it: fingerprints, or the registers of a sketch as base64. */
export const keptCount = z.union([z.array(count), z.string()]);
const slots = z.array(z.object({ at: count, subjects: keptCount, refusals: keptCount }));

/** What is usual, as the table keeps it. */
export const keptProfile = z.object({
  active: z.optional(seenDays),
  hours: habits,
  countries: habits,
  actions: habits,
  subjectsInFiveMinutes: baseline,
  subjectsInAnHour: baseline,
  refusalsInAnHour: baseline,
});

/** A finding, as the table keeps it and as it is told. */
export const accessFinding = z.object({
  findingId: z.uuid(),
  rule: z.string(),
  serves: z.array(z.string()),
  severity: z.enum(['high', 'medium', 'low']),
  explanation: z.string(),
  actor: z.object({ id: z.string(), role: z.string() }),
  region: z.string(),
  facts: z.record(z.string(), z.union([z.string(), z.number()])),
  recordId: z.uuid(),
  time: z.iso.datetime(),
});

/** An actor's history in a region, as the table keeps it. */
export const keptHistory = z.object({
  window: z.object({ minutes: slots, slots }),
  profile: keptProfile,
  told: z.record(z.string(), count),
  untold: z.array(accessFinding),
});
