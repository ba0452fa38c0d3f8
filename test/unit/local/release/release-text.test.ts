import { abortText, planText, type ReleaseState, statusText } from '../../../../local/release/release-text';
import { trainOn, twoRegions } from './in-memory-train';

test('a plan shows every wave with its stacks, which are new and which change', () => {
  const deployed = new Map(twoRegions('v1').map(({ id, digest }) => [id, digest]));
  deployed.delete('global/Dns');

  expect(planText(trainOn('v2').deps.plan, deployed, 30)).toBe(
    [
      'foundation: 2 stacks: what an earlier wave needs of a later one',
      '    sa/Data  (us/Data needs it)',
      '    us/Key  (sa/Data needs it)',
      '',
      'us: 2 stacks, then 30 min of bake',
      '    us/Data',
      '  ~ us/Service',
      '',
      'sa: 1 stack, then 30 min of bake',
      '  ~ sa/Service',
      '',
      'completion: 1 stack: what needs all regions',
      '  + global/Dns',
      '',
      '3 of 6 stacks would be made (+) or change (~)',
    ].join('\n'),
  );
});

const quiet: ReleaseState = {
  running: undefined,
  progress: undefined,
  last: undefined,
  waves: ['foundation', 'us'],
  records: { foundation: { digest: 'd', revision: 'c1', deployedAt: '10:00' } },
  regions: [{ region: 'us', rollouts: [], troubles: [] }],
  now: new Date('2026-11-26T10:00:00Z'),
};

test('a status says that no train runs, and what each wave has', () => {
  expect(statusText(quiet)).toBe(
    [
      'train: none',
      '',
      'waves',
      '  foundation: c1, deployed 10:00',
      '  us: by no train yet',
      '',
      'us',
      '  rollouts  none',
      '  wrong     nothing',
    ].join('\n'),
  );
});

test('a status says which commit each wave has, and that it had changes besides', () => {
  const commit = '843b59f0c1d2e3f4a5b6c7d8e9f00112233445566';
  const record = (revision: string) => ({ digest: 'd', revision, deployedAt: '10:00' });
  const records = { foundation: record(commit), us: record(`${commit}-dirty`) };
  const text = statusText({ ...quiet, records });
  expect(text).toContain('foundation: 843b59f0c1d2, deployed 10:00');
  expect(text).toContain('us: 843b59f0c1d2 with uncommitted changes, deployed 10:00');
});

test('a status says how the last train ended', () => {
  const last = { id: 'x', how: 'stopped', why: 'us has baked badly', by: 'ana', at: '09:00' } as const;
  expect(statusText({ ...quiet, last })).toContain('the last one stopped at 09:00, ana:\n  us has baked badly');
});

test('a status says where a train is, how long it bakes, what is rolled out and what is wrong', () => {
  const text = statusText({
    ...quiet,
    running: { id: 'x', by: 'ana', startedAt: '09:30', revision: 'c2', despite: ['0a1b2c3d'] },
    progress: { wave: 'us', step: 'baking', until: '2026-11-26T10:01:30Z' },
    regions: [
      {
        region: 'us',
        rollouts: [{ deploymentId: 'd-1', operation: 'placeOrder', shifted: '10 % to version 8' }],
        troubles: ['us: Errors (Some cannot order.)'],
      },
      { region: 'sa', rollouts: undefined, troubles: [] },
    ],
  });
  expect(text).toContain(
    'train: c2 by ana since 09:30\n  is           baking us, 90 s left\n  in spite of  1 alarm that rang when it began',
  );
  expect(text).toContain('placeOrder (d-1): 10 % to version 8\n  wrong     us: Errors (Some cannot order.)');
  expect(text).toContain('sa\n  rollouts  cannot be read');
});

test('an abortion names what was sent back, and what was not stopped', () => {
  const text = abortText([
    { region: 'us', stopped: ['placeOrder'], failures: ['readOrder (d-2): away'] },
    { region: 'sa', stopped: [], failures: [] },
  ]);
  expect(text).toContain('us: sent back: placeOrder; NOT stopped: readOrder (d-2): away');
  expect(text).toContain('sa: no rollout was under way');
});
