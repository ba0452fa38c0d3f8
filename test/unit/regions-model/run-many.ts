import fc from 'fast-check';
import { type LossCase, lossCases } from './judge';
import { runSchedule } from './run-schedule';
import type { Schedule } from './schedule';
import type { Variant } from './variants';

/** What many schedules came to. */
export interface RunTotals {
  readonly orders: number;
  /** Of these, the ones that were confirmed. */
  readonly confirmed: number;
  readonly evacuations: number;
  /** Updates lost in a documented way, by case. */
  readonly lost: Readonly<Record<LossCase, number>>;
}

const statuses = ['CONFIRMED', 'REJECTED', 'CANCELLED', 'PARKED'];

/**
 * Runs schedules until one breaks a promise; with `REGIONS_MODEL_REPORT` it prints what it has counted.
 * @throws Error with the seed, the smallest such schedule that was found, and what is wrong with it
 */
export const runMany = async (
  any: fc.Arbitrary<Schedule>,
  { seed, schedules, variant = {} }: { readonly seed: number; readonly schedules: number; readonly variant?: Variant },
): Promise<RunTotals> => {
  const counted: Record<string, number> = {};
  const count = (numbers: Readonly<Record<string, number>>): void => {
    for (const [what, number] of Object.entries(numbers)) counted[what] = (counted[what] ?? 0) + number;
  };
  const run = fc.asyncProperty(any, async (schedule) => {
    const { violations, lost, counts } = await runSchedule(schedule, variant);
    count(lost);
    count(counts);
    if (violations.length > 0) throw new Error(violations.join('\n'));
  });
  // A run makes thousands of errors, and nobody reads where.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    await fc.assert(run, {
      seed,
      numRuns: schedules,
      includeErrorInReport: true,
      ...(Object.keys(variant).length > 0 && { endOnFailure: true }),
    });
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
  if (process.env['REGIONS_MODEL_REPORT'] !== undefined) process.stdout.write(`${JSON.stringify(counted)}\n`);
  return {
    orders: statuses.reduce((sum, status) => sum + (counted[status] ?? 0), 0),
    confirmed: counted['CONFIRMED'] ?? 0,
    evacuations: counted['evacuations'] ?? 0,
    lost: Object.fromEntries(lossCases.map((one) => [one, counted[one] ?? 0])) as Record<LossCase, number>,
  };
};
