import {
  goesOnAfterFailure,
  leavesGaps,
  onBlindStore,
  skipsPoison,
  withoutEarlyRoom,
  withoutPositions,
} from './naive-consumers';
import { type SimulationOptions, type SimulationReport, simulate } from './simulation';

/** The seeds of a run of the tests: 1 … 30, or the one in SIMULATION_SEED. */
const given = process.env['SIMULATION_SEED'];
const seeds = given === undefined ? Array.from({ length: 30 }, (_, index) => index + 1) : [Number(given)];

const clean = { lost: 0, doubled: 0, disordered: 0 };

/** What is wrong with a run; a failure shows its seed. */
const faultOf = (report: SimulationReport) => {
  const { seed, lost, doubled, disordered, replayed, parkedWithoutCause, heldUp, finished } = report;
  return { seed, lost, doubled, disordered, replayed, parkedWithoutCause, heldUp, finished };
};

describe('the simulation of an ordered stream', () => {
  it('finds nothing wrong, in either generation, whatever strikes', async () => {
    const struck = new Map<string, number>();
    for (const seed of seeds) {
      const report = await simulate({ seed });
      for (const [fault, times] of Object.entries(report.struck)) struck.set(fault, (struck.get(fault) ?? 0) + times);

      const expected = { seed, ...clean, replayed: clean, parkedWithoutCause: 0, heldUp: 0, finished: true };
      expect(faultOf(report)).toEqual(expected);
    }
    if (given !== undefined) return;
    for (const fault of [
      'a shard is split',
      'two shards are merged',
      'a batch is delivered to two workers',
      'a record is skipped by its poller',
      'an event is lost on its way',
      'an event is poison until it is mended',
      'a number is taken by another event',
      'dies before store.commit',
      'dies after store.commit',
      'stalls before store.commit',
      'the answer of store.commit is lost',
      'dies after parking.park',
      'dies before parking.append',
      'dies before checkpoints.advance',
      'dies after parking.done',
    ]) {
      expect([fault, struck.get(fault) ?? 0]).toEqual([fault, expect.any(Number)]);
      expect(struck.get(fault) ?? 0).toBeGreaterThan(0);
    }
  });

  it('lets no entity wait for a parked one, also when nobody ever looks into the cases', async () => {
    for (const seed of seeds.slice(0, 10)) {
      const report = await simulate({ seed, operator: false, replay: false });

      expect(report).toMatchObject({
        seed,
        doubled: 0,
        disordered: 0,
        heldUp: 0,
        parkedWithoutCause: 0,
        finished: true,
      });
      expect(report.cases).toBeGreaterThan(0);
    }
  });

  it('parks nothing while nothing is wrong but repeats, delays and crashes', async () => {
    for (const seed of seeds.slice(0, 10)) {
      const report = await simulate({ seed, trouble: false, replay: false });

      expect(report).toMatchObject({ seed, ...clean, cases: 0, givenUp: 0, finished: true });
    }
  });

  it('gives the same report for the same seed, and another one for another seed', async () => {
    const first = JSON.stringify(await simulate({ seed: 7 }));

    expect(JSON.stringify(await simulate({ seed: 7 }))).toBe(first);
    expect(JSON.stringify(await simulate({ seed: 8 }))).not.toBe(first);
  });
});

describe('the checker', () => {
  const caught: readonly [string, SimulationOptions['consumer'], readonly (keyof typeof clean)[]][] = [
    ['a consumer without positions', withoutPositions, ['doubled', 'disordered']],
    ['a consumer that drops what comes too soon', withoutEarlyRoom, ['lost']],
    ['a consumer that goes on after a failure', goesOnAfterFailure, ['lost']],
    ['a consumer that leaves out what it cannot handle', skipsPoison, ['lost']],
    ['a consumer whose writes do not depend on the position they were planned for', onBlindStore, ['doubled']],
    ['a consumer that never looks for what is missing', leavesGaps, ['lost']],
  ];

  it.each(caught)('catches %s', async (_name, consumer, faults) => {
    const found = { ...clean };
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const report = await simulate({ seed, consumer, replay: false, operator: false, trouble: true, seconds: 900 });
      for (const fault of faults) found[fault] += report[fault];
    }

    for (const fault of faults) expect([fault, found[fault]]).not.toEqual([fault, 0]);
  });
});
