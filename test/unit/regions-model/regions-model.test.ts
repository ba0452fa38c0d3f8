import fc from 'fast-check';
import { lossCases } from './judge';
import { type RunTotals, runMany } from './run-many';
import { runSchedule } from './run-schedule';
import { anySchedule } from './schedule';
import type { Variant } from './variants';

const numberFrom = (name: string, otherwise: number): number => {
  const given = process.env[name];
  if (given === undefined) return otherwise;
  if (!/^\d{1,10}$/.test(given)) throw new TypeError(`${name} is ${given}, expected a whole number`);
  return Number(given);
};

/** How many schedules: `.ci/run` asks for 10,000. */
const schedules = numberFrom('REGIONS_MODEL_SCHEDULES', 2_000);
/** The same each time, so that a failure is a change's; fast-check prints it. */
const seed = numberFrom('REGIONS_MODEL_SEED', 20_261_125);

describe('the model of several regions', () => {
  let totals: RunTotals;

  it('keeps its promises in every schedule of lag, darkness, partition, evacuation and return', async () => {
    totals = await runMany(anySchedule, { seed, schedules });

    expect(totals.orders).toBeGreaterThan(schedules);
    // A model in which nothing can be charged or shipped would keep its promises, too.
    expect(totals.confirmed).toBeGreaterThan(schedules / 2);
    expect(totals.evacuations).toBeGreaterThan(schedules / 2);
  }, 600_000);

  it('meets every case in which updates are lost, as the docs list them, and no other', () => {
    expect(Object.keys(totals.lost).sort()).toEqual([...lossCases].sort());
    expect(totals.lost['not replicated']).toBeGreaterThan(0);
    expect(totals.lost['made in both']).toBeGreaterThan(0);
  });

  it('is the same run for the same schedule', async () => {
    const [schedule] = fc.sample(anySchedule, { seed, numRuns: 1 });
    if (!schedule) throw new Error('no schedule');

    expect(await runSchedule(schedule)).toEqual(await runSchedule(schedule));
  });
});

describe('the judge', () => {
  const naive: readonly [string, Variant, RegExp][] = [
    ['a region that does not ask whether it may write', { noFenceCheck: true }, /lost in no documented way/],
    ['a lease that is renewed without asking another region', { asking: 'nobody' }, /lost in no documented way/],
    ['a takeover that does not wait for the end of the lease', { noLeaseWait: true }, /lost in no documented way/],
    ['a relay that publishes what replication brings', { noOriginFilter: true }, /published by two regions/],
    [
      'random ids of orders, charges and events',
      { randomIds: true },
      /two orders of one wish|payment doubled|status and effects disagree/,
    ],
  ];

  it.each(naive)('catches %s', async (_name, variant, fault) => {
    await expect(runMany(anySchedule, { seed, schedules: 2_000, variant })).rejects.toThrow(fault);
  });
});
