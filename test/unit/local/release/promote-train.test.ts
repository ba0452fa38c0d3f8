import { abortTrain } from '../../../../local/release/abort-train';
import { backFirst } from '../../../../local/release/back-first';
import { leaveTrain } from '../../../../local/release/drive-train';
import { promoteTrain, takeStep } from '../../../../local/release/promote-train';
import { ReleaseRefusalError, TrainAbortedError, TrainStoppedError } from '../../../../local/release/release.errors';
import type { TrainDeps } from '../../../../local/release/train-deps';
import { silentTaskList, type Task } from '../../../../local/terminal/task-list';
import { InMemoryTrainLog, trainOn } from './in-memory-train';

const wish = { id: 'one', revision: 'c1', despiteAlarms: false };
const promote = (deps: TrainDeps, changes: Partial<typeof wish> = {}) =>
  promoteTrain(deps, { ...wish, ...changes }, silentTaskList());

/** Ids of commits. */
const [c1, c2, c3] = ['c1', 'c2', 'c3'].map((id) => id.padEnd(12, '0'));

const alarm = { name: 'Errors', what: 'Customers cannot place orders.' };

const failure = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('a train', () => {
  test('deploys wave by wave, and watches each region for the whole of its bake before the next one', async () => {
    const { deps, log, stacks, watches, clock } = trainOn();
    const looksAtSaWhenDeployed: number[] = [];
    stacks.instead = async () => void looksAtSaWhenDeployed.push(watches.us.looks);
    const began = clock.now;

    await promote(deps);

    expect(stacks.diary).toEqual([['sa/Data', 'us/Key'], ['us/Data', 'us/Service'], ['sa/Service'], ['global/Dns']]);
    // Every ten seconds of a minute, and at its end.
    expect([watches.us.looks, watches.sa.looks]).toEqual([7, 7]);
    expect(looksAtSaWhenDeployed).toEqual([0, 0, 7, 7]);
    expect(clock.now - began).toBeGreaterThanOrEqual(120_000);
    expect(log.ending).toMatchObject({ id: 'one', how: 'arrived', by: 'arn:of:ana' });
    expect(log.records).toMatchObject({ us: { revision: 'c1', bakedAt: expect.any(String) } });
    expect(log.records['completion']).not.toHaveProperty('bakedAt');
  });

  test('stops at a region that bakes badly: no later region begins, and it is told how to go back', async () => {
    const { deps, withCode, log, stacks, watches, clock } = trainOn();
    await promote(deps, { revision: c1 });
    stacks.diary.length = 0;
    clock.whileWaiting = async () => watches.us.wrong.push(alarm);

    const error = await failure(promote(withCode('v2'), { id: 'two', revision: c2 }));

    expect(error).toBeInstanceOf(TrainStoppedError);
    expect(String(error)).toContain('us has baked badly: us: Errors (Customers cannot place orders.)');
    expect(String(error)).toContain(
      `To send us back: git checkout ${c1}, then npm run release -- promote --stage prod --back us --despite-alarms`,
    );
    expect(stacks.diary).toEqual([['us/Data', 'us/Service']]);
    expect(stacks.there.get('sa/Service')).toBe('sa/Service of v1');
    expect(log.ending).toMatchObject({ how: 'stopped', why: expect.stringContaining('Errors') });
    expect(log.train).toBeUndefined();
  });

  test('names the last commit that has baked, and not a bad one that came after it', async () => {
    const { deps, withCode, watches, clock } = trainOn();
    await promote(deps, { revision: c1 });
    clock.whileWaiting = async () => watches.us.wrong.push(alarm);
    for (const [id, revision] of [
      ['two', c2],
      ['three', c3],
    ]) {
      watches.us.wrong = [];
      await expect(promote(withCode(id ?? ''), { id, revision })).rejects.toThrow(`git checkout ${c1}, then`);
    }
  });

  test.each([
    ['the first one', undefined, 'which commit us had before is not known'],
    ['after sources without history', 'unknown', 'which commit us had before is not known'],
  ])('names no commit that nobody knows: %s', async (_, revision, message) => {
    const { deps, withCode, watches, clock } = trainOn();
    if (revision !== undefined) await promote(deps, { revision });
    clock.whileWaiting = async () => watches.us.wrong.push(alarm);
    const error = await failure(promote(withCode('v2'), { id: 'two', revision: c2 }));
    expect(String(error)).toContain(message);
    expect(String(error)).not.toMatch(/checkout (unknown|undefined)/);
  });

  test('does not send back to the commit that is bad', async () => {
    const { deps, withCode, watches, clock } = trainOn();
    await promote(deps, { revision: c1 });
    const promotions = [
      [withCode('v2'), c2],
      [deps, c1],
    ] as const;
    for (const [release, revision = ''] of promotions) {
      watches.us.wrong = [];
      clock.whileWaiting = async () => watches.us.wrong.push(alarm);
      const error = await failure(promote(release, { id: revision, revision }));
      expect(String(error)).not.toContain(`checkout ${revision}`);
    }
  });

  test('sends back to the commit alone when the region had changes besides, and says so', async () => {
    const { deps, withCode, watches, clock } = trainOn();
    await promote(deps, { revision: '843b59f0c1d2-dirty' });
    clock.whileWaiting = async () => watches.us.wrong.push(alarm);
    const error = await failure(promote(withCode('v2'), { id: 'two' }));
    expect(String(error)).toContain('git checkout 843b59f0c1d2, then');
    expect(String(error)).toContain('what us had besides (uncommitted changes) does not come back');
  });

  test('stops when it cannot be told whether a region is well', async () => {
    const { deps, watches, clock } = trainOn();
    clock.whileWaiting = async () => {
      watches.us.cannotBeRead = true;
    };
    await expect(promote(deps)).rejects.toThrow('us: cannot be told whether it is well (access denied)');
  });

  test('stops at an alarm that rings only at the very end of the bake', async () => {
    const { deps, watches, stacks, clock } = trainOn();
    clock.whileWaiting = async () => {
      if (watches.us.looks === 6) watches.us.wrong.push(alarm);
    };
    await expect(promote(deps)).rejects.toThrow('us has baked badly');
    expect(stacks.there.has('sa/Service')).toBe(false);
  });

  test('goes on where it stood: what is deployed is not deployed again, and what has not baked bakes', async () => {
    const { deps, stacks, watches, clock } = trainOn();
    clock.whileWaiting = async () => watches.us.wrong.push(alarm);
    await failure(promote(deps));
    stacks.diary.length = 0;
    watches.us.wrong = [];
    watches.us.looks = 0;
    clock.whileWaiting = async () => undefined;

    await promote(deps, { id: 'two' });

    expect(stacks.diary).toEqual([['sa/Service'], ['global/Dns']]);
    // Once before it began.
    expect(watches.us.looks).toBe(8);
  });

  test('does nothing to waves that have the same code and have baked', async () => {
    const { deps, stacks, watches } = trainOn();
    await promote(deps);
    stacks.diary.length = 0;
    watches.sa.looks = 0;

    await promote(deps, { id: 'two' });

    expect(stacks.diary).toEqual([]);
    expect(watches.sa.looks).toBe(1);
  });

  test('deploys and bakes a wave again that somebody has changed by hand', async () => {
    const { deps, stacks, watches } = trainOn();
    await promote(deps);
    stacks.there.set('us/Service', 'something else');
    stacks.diary.length = 0;
    watches.us.looks = 0;

    await promote(deps, { id: 'two' });

    expect(stacks.diary).toEqual([['us/Data', 'us/Service']]);
    expect(watches.us.looks).toBe(8);
  });

  test('deploys by force, and bakes again, what reads an output that has changed since it was deployed', async () => {
    const { deps, stacks, watches } = trainOn();
    await promote(deps);
    stacks.outputs.set('Data.Stream', 'another');
    stacks.diary.length = 0;
    watches.us.looks = 0;

    await promote(deps, { id: 'two' });

    expect(stacks.diary).toEqual([['us/Service'], ['sa/Service']]);
    expect(stacks.forced).toEqual(stacks.diary);
    expect(watches.us.looks).toBe(8);

    await promote(deps, { id: 'three' });
    expect(stacks.forced).toHaveLength(2);
  });

  test('deploys by force what reads an output that changes with its own wave, and nothing that was deployed after it', async () => {
    const { deps, stacks } = trainOn();
    await promote(deps);
    stacks.there.set('us/Data', 'something else');
    stacks.instead = async () => void stacks.outputs.set('Data.Stream', 'another');
    stacks.diary.length = 0;

    await promote(deps, { id: 'two' });

    expect(stacks.diary).toEqual([['us/Data', 'us/Service'], ['us/Service'], ['sa/Service']]);
    expect(stacks.forced).toEqual([['us/Service'], ['sa/Service']]);
  });

  test('deploys nothing twice when a stage is new', async () => {
    const { deps, stacks } = trainOn();
    stacks.instead = async () => void stacks.outputs.set('Data.Stream', 'the first');
    await promote(deps);
    expect(stacks.diary).toHaveLength(4);
    expect(stacks.forced).toEqual([]);
  });

  test('stops when a stack fails, and says why', async () => {
    const { deps, log, stacks } = trainOn();
    stacks.instead = async () => {
      throw new Error('us/Key: CREATE_FAILED');
    };
    const error = await failure(promote(deps));
    expect(error).toBeInstanceOf(TrainStoppedError);
    expect(String(error)).toContain('the train stands: us/Key: CREATE_FAILED');
    expect(log.ending).toMatchObject({ how: 'stopped' });
  });

  test('is refused before anything is deployed while something is wrong already', async () => {
    const { deps, log, stacks, watches } = trainOn();
    await promote(deps);
    stacks.diary.length = 0;
    watches.sa.wrong = [alarm];

    const error = await failure(promote(deps, { id: 'two' }));

    expect(error).toBeInstanceOf(ReleaseRefusalError);
    expect(String(error)).toContain('sa: Errors (Customers cannot place orders.)');
    expect(stacks.diary).toEqual([]);
    expect(log.train).toBeUndefined();
  });

  test('goes in spite of what rings already, and stops at what begins to ring', async () => {
    const { deps, withCode, watches, log, clock } = trainOn();
    await promote(deps);
    watches.us.wrong = [alarm];

    await promote(withCode('v2'), { id: 'two', revision: 'c2', despiteAlarms: true });
    expect(log.ending).toMatchObject({ id: 'two', how: 'arrived' });

    clock.whileWaiting = async () => watches.us.wrong.push({ name: 'Throttles', what: 'Some are refused.' });
    const third = promote(withCode('v3'), { id: 'three', despiteAlarms: true });
    await expect(third).rejects.toThrow(/^us has baked badly: us: Throttles \(Some are refused.\)\n/);
  });

  test('stops at what rang before, was quiet while the region baked, and rings again', async () => {
    const { deps, withCode, watches, clock } = trainOn();
    await promote(deps);
    watches.us.wrong = [alarm];
    clock.whileWaiting = async () => {
      watches.us.wrong = watches.us.looks === 10 ? [] : [alarm];
    };
    const second = promote(withCode('v2'), { id: 'two', revision: 'c2', despiteAlarms: true });
    await expect(second).rejects.toThrow('us has baked badly: us: Errors (Customers cannot place orders.)');
  });

  test('goes in spite of hundreds of alarms: its log takes them all', async () => {
    const { deps, withCode, watches, log } = trainOn();
    await promote(deps);
    watches.us.wrong = Array.from({ length: 300 }, (_, at) => ({ name: `${at}`.padStart(95, 'x'), what: 'All.' }));
    let size = 0;
    const { begin } = InMemoryTrainLog.prototype;
    log.begin = (train) => {
      size = JSON.stringify(train).length;
      return begin.call(log, train);
    };

    await promote(withCode('v2'), { id: 'two', despiteAlarms: true });

    expect(log.ending).toMatchObject({ id: 'two', how: 'arrived' });
    // A standard parameter's.
    expect(size).toBeLessThan(4_096);
  });

  test('is refused when it cannot be told whether a region is well, also in spite of alarms', async () => {
    const { deps, watches } = trainOn();
    await promote(deps);
    watches.sa.cannotBeRead = true;
    const error = await failure(promote(deps, { id: 'two', despiteAlarms: true }));
    expect(error).toBeInstanceOf(ReleaseRefusalError);
    expect(String(error)).toContain('it cannot be told whether sa is well, and no bake could (access denied)');
  });

  test('goes on with a region whose first deployment has failed half-way', async () => {
    const { deps, stacks, watches, log } = trainOn();
    stacks.there.set('us/Data', 'us/Data of all');
    watches.us.cannotBeRead = true;
    stacks.instead = async () => {
      watches.us.cannotBeRead = false;
    };
    await promote(deps);
    expect(log.ending).toMatchObject({ how: 'arrived' });
  });

  test('is refused for an alarm of a region that serves, also when no train has been there and a stack is new', async () => {
    const { deps, stacks, watches } = trainOn();
    stacks.there.set('us/Data', 'us/Data of all');
    watches.us.serves = true;
    watches.us.wrong = [alarm];
    await expect(promote(deps)).rejects.toThrow(ReleaseRefusalError);
    expect(stacks.diary).toEqual([]);
  });

  test('watches no region before it exists', async () => {
    const { deps, watches } = trainOn();
    watches.us.cannotBeRead = true;
    await expect(promote(deps)).rejects.toThrow('us has baked badly');
  });

  test('does not take itself for ended while its log does not yet show that it has begun', async () => {
    const { deps, log } = trainOn();
    let stale = 0;
    const { begin } = InMemoryTrainLog.prototype;
    log.begin = async (train) => {
      stale = 3;
      return begin.call(log, train);
    };
    log.running = async () => {
      stale -= 1;
      return stale >= 0 ? undefined : log.train;
    };
    await promote(deps);
    expect(log.ending).toMatchObject({ how: 'arrived' });
  });

  test('has ended when its log goes on showing none, whoever has removed it', async () => {
    const { deps, log, clock } = trainOn();
    clock.whileWaiting = async () => {
      log.train = undefined;
    };
    await expect(promote(deps)).rejects.toThrow('the train has ended; no later wave was begun');
  });

  test('is refused while another one runs', async () => {
    const { deps, log, stacks, clock } = trainOn();
    const others: unknown[] = [];
    clock.whileWaiting = async () => others.push(await failure(promote(deps, { id: 'two' })));

    await promote(deps);

    expect(others.length).toBeGreaterThan(0);
    for (const error of others)
      expect(String(error)).toContain('another train runs: c1 by arn:of:ana, since 2026-11-26T10:00:00');
    expect(stacks.diary).toHaveLength(4);
    expect(log.ending).toMatchObject({ id: 'one', how: 'arrived' });
  });

  test('is refused when another one begins at the same moment', async () => {
    const { deps, log } = trainOn();
    log.begin = async () => false;
    await expect(promote(deps)).rejects.toThrow(ReleaseRefusalError);
  });

  test('shows the rollouts of the region that is being deployed', async () => {
    const { deps, stacks, rollouts, clock } = trainOn();
    rollouts.us.underWay = [{ deploymentId: 'd-1', operation: 'placeOrder', shifted: '10 % to version 8' }];
    stacks.instead = async () => {
      await deps.time.pause(30_000);
    };
    clock.whileWaiting = () => Promise.resolve();
    const notes: string[] = [];
    const work = async (list: readonly Task[]) => {
      for (const task of list) await task.work((line) => notes.push(line));
    };
    await promoteTrain(deps, wish, { inOrder: work, together: work });
    expect(notes.filter((note) => note.includes('placeOrder'))).toEqual(['us: placeOrder, 10 % to version 8']);
  });
});

describe('a train that sends a region back', () => {
  test('deploys the foundation and that region before the other ones, and watches each as ever', async () => {
    const { deps, stacks, watches } = trainOn();
    const looksAtUsWhenDeployed: number[] = [];
    stacks.instead = async () => void looksAtUsWhenDeployed.push(watches.us.looks);

    await promote({ ...deps, plan: backFirst(deps.plan, 'sa') });

    expect(stacks.diary).toEqual([['sa/Data', 'us/Key'], ['sa/Service'], ['us/Data', 'us/Service'], ['global/Dns']]);
    expect([watches.sa.looks, looksAtUsWhenDeployed]).toEqual([7, [0, 0, 0, 7]]);
  });

  test.each(['eu', 'foundation', 'completion'])('is refused for %s, which is no region’s wave', (name) => {
    const { deps } = trainOn();
    expect(() => backFirst(deps.plan, name)).toThrow(
      new ReleaseRefusalError(`no wave ${name} can be sent back; expected us or sa`),
    );
  });
});

describe('aborting a train', () => {
  const ongoing = { deploymentId: 'd-1', operation: 'placeOrder', shifted: '10 % to version 8' };

  test('stops its rollouts with their traffic sent back, and begins no later wave', async () => {
    const { deps, log, stacks, rollouts } = trainOn();
    rollouts.us.underWay = [ongoing];
    stacks.instead = async ({ signal }) => {
      if (stacks.diary.length < 2) return;
      const aborted = await abortTrain(deps, ['us', 'sa'], 'wrong price list');
      expect(aborted).toEqual([
        { region: 'us', stopped: ['placeOrder'], failures: [] },
        { region: 'sa', stopped: [], failures: [] },
      ]);
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      throw new Error('the deployment was stopped');
    };

    const error = await failure(promote(deps));

    expect(error).toBeInstanceOf(TrainAbortedError);
    expect(String(error)).toContain('the train was aborted by arn:of:ana: wrong price list');
    expect(rollouts.us.stopped).toEqual(['d-1']);
    expect(stacks.diary).toHaveLength(2);
    expect(log.ending).toMatchObject({ how: 'aborted', why: 'wrong price list' });
  });

  test('is the reason also when the deployment fails before anybody has looked', async () => {
    const { deps, log, stacks } = trainOn();
    stacks.instead = async () => {
      await abortTrain(deps, ['us', 'sa'], 'wrong price list');
      throw new Error('UPDATE_ROLLBACK_COMPLETE');
    };
    await expect(promote(deps)).rejects.toThrow(TrainAbortedError);
    expect(log.ending).toMatchObject({ how: 'aborted' });
  });

  test('ends a bake', async () => {
    const { deps, log, stacks, clock } = trainOn();
    clock.whileWaiting = async () => {
      if (log.at?.step === 'baking') await abortTrain(deps, ['us', 'sa'], 'wrong price list');
    };
    await expect(promote(deps)).rejects.toThrow(TrainAbortedError);
    expect(stacks.there.has('us/Service')).toBe(true);
    expect(stacks.there.has('sa/Service')).toBe(false);
  });

  test('names the rollout that could not be stopped, and stops the others', async () => {
    const { deps, log, rollouts } = trainOn();
    log.train = { id: 'one', by: 'x', startedAt: 'y', revision: 'c1', despite: [] };
    rollouts.us.underWay = [ongoing];
    rollouts.us.cannotBeStopped = true;
    rollouts.sa.underWay = [{ ...ongoing, deploymentId: 'd-2' }];
    expect(await abortTrain(deps, ['us', 'sa'], 'why not')).toEqual([
      { region: 'us', stopped: [], failures: ['placeOrder (d-1): away'] },
      { region: 'sa', stopped: ['placeOrder'], failures: [] },
    ]);
  });

  test('is refused when there is none', async () => {
    const { deps } = trainOn();
    await expect(abortTrain(deps, [], 'x')).rejects.toThrow('no train runs');
  });

  test('lets another one begin, and never the same', async () => {
    const { deps, log } = trainOn();
    log.train = { id: 'one', by: 'x', startedAt: 'y', revision: 'c1', despite: [] };
    await abortTrain(deps, ['us', 'sa'], 'wrong price list');
    await expect(promote(deps)).rejects.toThrow('this train was aborted');
    await promote(deps, { id: 'two' });
    expect(log.ending).toMatchObject({ id: 'two', how: 'arrived' });
    await expect(promote(deps)).rejects.toThrow('this train was aborted');
  });
});

describe('a train whose driver leaves', () => {
  test('begins no further wave, and another one goes on', async () => {
    const { deps, log, stacks, clock } = trainOn();
    const left: boolean[] = [await leaveTrain(deps, 'one')];
    clock.whileWaiting = async () => {
      if (log.at?.step !== 'baking') return;
      left.push(await leaveTrain(deps, 'somebody else'), await leaveTrain(deps, 'one'));
    };
    const error = await failure(promote(deps));
    expect(String(error)).toContain('the train was stopped by arn:of:ana: whoever drove it has left');
    expect(left).toEqual([false, false, true]);
    expect(stacks.diary).toHaveLength(2);

    clock.whileWaiting = async () => undefined;
    await promote(deps, { id: 'two' });
    expect(stacks.diary).toHaveLength(4);
  });
});

describe('a step of a train', () => {
  const step = (deps: TrainDeps, kind: 'deploy' | 'bake', wave: string, id = 'execution') =>
    takeStep(deps, { ...wish, id }, { kind, wave }, silentTaskList());

  test('is taken by whoever has the id of the train, and the last one ends it', async () => {
    const { deps, log, stacks } = trainOn();
    await step(deps, 'deploy', 'foundation');
    await step(deps, 'deploy', 'us');
    await expect(step(deps, 'bake', 'us', 'another')).rejects.toThrow('another train runs');
    await step(deps, 'bake', 'us');
    await step(deps, 'deploy', 'sa');
    await step(deps, 'bake', 'sa');
    expect(log.train?.id).toBe('execution');
    await step(deps, 'deploy', 'completion');
    expect(log.ending).toMatchObject({ id: 'execution', how: 'arrived' });
    expect(stacks.diary).toHaveLength(4);
  });

  test('does not begin before the waves before it have baked', async () => {
    const { deps, stacks } = trainOn();
    await expect(step(deps, 'deploy', 'us')).rejects.toThrow('foundation comes before us, and has not been deployed');
    await step(deps, 'deploy', 'foundation');
    await step(deps, 'deploy', 'us');
    await expect(step(deps, 'deploy', 'sa')).rejects.toThrow('us comes before sa, and has not baked');
    expect(stacks.there.has('sa/Service')).toBe(false);
  });

  test('may be taken again by the same train after it has failed', async () => {
    const { deps, log, watches } = trainOn();
    await step(deps, 'deploy', 'foundation');
    await step(deps, 'deploy', 'us');
    watches.us.wrong = [alarm];
    await expect(step(deps, 'bake', 'us')).rejects.toThrow(TrainStoppedError);
    watches.us.wrong = [];
    await step(deps, 'bake', 'us');
    expect(log.records['us']).toHaveProperty('bakedAt');
  });

  test.each([
    ['deploy', 'eu', 'no wave eu; there are foundation, us, sa, completion'],
    ['bake', 'foundation', 'foundation is no region’s, and does not bake'],
    ['bake', 'us', 'us has not been deployed from these sources'],
  ] as const)('is refused: %s %s', async (kind, wave, message) => {
    const { deps } = trainOn();
    await expect(step(deps, kind, wave)).rejects.toThrow(message.replace('’', "'"));
  });
});
