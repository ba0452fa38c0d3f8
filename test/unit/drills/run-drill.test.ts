import type { Cloud } from '../../../drills/harness/deployed-system';
import { DeployedSystem } from '../../../drills/harness/deployed-system';
import type { Drill, Protection } from '../../../drills/harness/drill';
import { none } from '../../../drills/harness/figure';
import { plainReport } from '../../../drills/harness/plain-report';
import type { Progress } from '../../../drills/harness/progress';
import { runDrill } from '../../../drills/harness/run-drill';
import { StackOutputs } from '../../../local/deployment/stack-outputs';

const cloud: Cloud = {
  target: 'local',
  region: 'sa-east-1',
  stackPrefix: 'Tenfold-Local-sa-east-1',
  endpoint: 'http://localhost:1',
  outputs: new StackOutputs('Tenfold-Local-sa-east-1', new Map()),
  apiUrl: 'http://localhost:1',
  token: () => Promise.resolve('token'),
};
const progress: Progress = {
  phase: () => undefined,
  update: () => undefined,
  note: () => undefined,
  end: () => undefined,
};
const options = {
  seed: '7',
  system: new DeployedSystem(cloud),
  progress,
  isReduced: false,
  now: () => 1_700_000_000_000,
};

const drill = (lost: readonly string[], kills: number): Drill => ({
  name: 'example',
  claim: 'nothing is lost',
  protections: [],
  run: async ({ faults, random, size, sabotage }) => {
    faults.expect('worker killed', 3);
    faults.happened('worker killed', kills);
    return { figures: [none('lost', lost)], plots: [], notes: [`${size} ${sabotage ?? '-'} ${random.next()}`] };
  },
});

const protection = (log: string[]): Protection => ({
  name: 'inbox',
  withoutIt: 'no inbox',
  caughtBy: ['lost'],
  remove: async () => {
    log.push('removed');
    return async () => void log.push('restored');
  },
});

describe('a drill run', () => {
  it('passes when its faults happened and nothing was lost', async () => {
    const record = await runDrill(drill([], 3), options);
    expect(record).toMatchObject({ verdict: { kind: 'passed' }, seed: '7', target: 'local', region: 'sa-east-1' });
  });

  it('is invalid when its faults did not happen', async () =>
    expect((await runDrill(drill([], 2), options)).verdict.kind).toBe('invalid'));

  it('runs in reduced size when it is asked to, and says so', async () => {
    const record = await runDrill(drill([], 3), { ...options, isReduced: true });
    expect(record.notes[0]).toMatch(/^reduced - /);
    expect(plainReport(record)).toMatch(/seed 7, reduced\)$/);
  });

  it('draws the same numbers for the same seed', async () =>
    expect((await runDrill(drill([], 3), options)).notes).toEqual((await runDrill(drill([], 3), options)).notes));

  it('takes the protection away, runs in reduced size, and puts the protection back', async () => {
    const log: string[] = [];
    const record = await runDrill(drill(['order 1'], 3), { ...options, without: protection(log) });
    expect(log).toEqual(['removed', 'restored']);
    expect(record).toMatchObject({ verdict: { kind: 'caught', by: ['lost'] }, sabotage: { name: 'inbox' } });
    expect(record.notes[0]).toMatch(/^reduced inbox /);
  });

  it('misses a sabotage that changes nothing', async () =>
    expect((await runDrill(drill([], 3), { ...options, without: protection([]) })).verdict.kind).toBe('missed'));

  it('puts the protection back after a failure, too', async () => {
    const log: string[] = [];
    const failing: Drill = { ...drill([], 3), run: () => Promise.reject(new Error('emulator gone')) };
    await expect(runDrill(failing, { ...options, without: protection(log) })).rejects.toThrow('emulator gone');
    expect(log).toEqual(['removed', 'restored']);
  });

  it('ends its report with one closing line', async () => {
    const record = await runDrill(drill(['order 1'], 3), options);
    expect(plainReport(record).split('\n').at(-1)).toBe('✘ example: failed: lost (0 s, seed 7)');
    expect(plainReport(record)).toContain('for example order 1');
  });
});
