import { type SchemaPhase, schemaUseIn } from '../../../lambdas/shared/schema-phase.contract';
import { planText, progressLine, statusText } from '../../../local/operator/migrate-text';
import {
  type OldForms,
  reachedPhase,
  refusalsOf,
  type ServedRegion,
  type ServedVersion,
} from '../../../local/operator/migration-safety';
import { part } from './backfill-parts';

const version = (number: string, phase: SchemaPhase | 'before', functionName = 'place-order'): ServedVersion => ({
  ...{ functionName, version: number },
  ...(phase === 'before' ? { reads: [1], writes: 1 } : schemaUseIn(phase, 2)),
});
const serving = (region: string, ...versions: readonly ServedVersion[]): ServedRegion => ({
  region,
  deploying: false,
  versions,
});
const both = (phase: SchemaPhase | 'before') =>
  ['sa-east-1', 'us-east-1'].map((region) => serving(region, version('3', phase)));
const homeless = { count: 0, some: [] };
const none: readonly OldForms[] = [{ region: 'sa-east-1', old: {}, homeless }];

it.each([
  ['before', { expand: 0, cutover: 2, backfill: 2, contract: 2 }],
  ['expand', { expand: 0, cutover: 0, backfill: 2, contract: 2 }],
  ['cutover', { expand: 0, cutover: 0, backfill: 0, contract: 0 }],
  ['contract', { expand: 2, cutover: 0, backfill: 0, contract: 0 }],
] as const)('while %s is served, refuses what would be too early or too late', (phase, counts) => {
  const refused = (step: keyof typeof counts) => refusalsOf(step, 2, both(phase), none).length;
  const [expand, cutover, backfill, contract] = [
    refused('expand'),
    refused('cutover'),
    refused('backfill'),
    refused('contract'),
  ];

  expect({ expand, cutover, backfill, contract }).toEqual(counts);
  expect(reachedPhase(2, both(phase))).toBe(phase);
});

it('refuses to begin the next change while a version of the one before is served', () => {
  const served = (phase: SchemaPhase) => refusalsOf('expand', 3, both(phase));

  expect(served('cutover')).toEqual(
    ['sa-east-1', 'us-east-1'].map(
      (region) =>
        `${region}: reads 1 and 2 and writes 2: place-order:3; expected every served version to read 2, which is written again, and nothing older`,
    ),
  );
  expect(served('contract')).toEqual([]);
});

it('names each version that stands in the way, however little traffic it gets and wherever it is', () => {
  const regions = [
    serving('sa-east-1', version('4', 'cutover'), version('3', 'before'), version('7', 'before', 'read-order')),
    serving('us-east-1', version('2', 'expand')),
  ];

  expect(refusalsOf('cutover', 2, regions)).toEqual([
    'sa-east-1: reads 1 and writes 1: place-order:3, read-order:7; expected every served version to read 2 before the first one writes it',
  ]);
  expect(refusalsOf('contract', 2, regions, none)).toEqual([
    'sa-east-1: reads 1 and writes 1: place-order:3, read-order:7; expected every served version to read and write 2',
    'us-east-1: reads 1 and 2 and writes 1: place-order:2; expected every served version to read and write 2',
  ]);
  expect(reachedPhase(2, regions)).toBe('before');
});

it('refuses the contract while an entity is stored in an old form, in any region and of any home', () => {
  const left = [...none, { region: 'us-east-1', old: { 'eu-west-1': 3 }, homeless }];

  expect(refusalsOf('contract', 2, both('cutover'), left)).toEqual([
    'us-east-1: 3 entities of eu-west-1 are stored in an old version; expected none',
  ]);
});

it('refuses the contract while an entity has no home region, and names some of them', () => {
  const some = Array.from({ length: 12 }, (_, index) => `order/${index}`);
  const left = [{ region: 'us-east-1', old: {}, homeless: { count: 25, some } }];

  expect(refusalsOf('contract', 2, both('cutover'), left)).toEqual([
    'us-east-1: 25 entities in an old version have no home region, and none rewrites them: ' +
      'order/0, order/1, order/2, order/3, order/4, order/5, order/6, order/7, order/8, order/9 and 15 more; expected none',
  ]);
});

it('does not trust a region in the middle of a deployment, or one that serves nothing', () => {
  const deploying = { ...serving('sa-east-1', version('3', 'cutover')), deploying: true };

  expect(refusalsOf('backfill', 2, [deploying, serving('us-east-1')])).toEqual([
    'sa-east-1: a deployment is under way; expected it to have ended',
    'us-east-1: no function is served; expected every served version to read and write 2',
  ]);
  expect(reachedPhase(2, [deploying])).toBe('cutover');
});

it('shows where a change stands, what stands in the way, and what to do next', () => {
  const text = planText({ kind: 'order', newest: 2 }, 'prod', both('expand'));

  expect(text.split('\n').map((line) => line.trim())).toEqual([
    'order: version 1 to version 2, stage prod in sa-east-1, us-east-1',
    'now: expand (every served version reads both forms; some write the old one)',
    '✔ expand',
    '✔ cutover',
    '✖ backfill',
    ...['sa-east-1', 'us-east-1'].map(
      (region) =>
        `${region}: reads 1 and 2 and writes 1: place-order:3; expected every served version to read and write 2`,
    ),
    '✖ contract',
    ...['sa-east-1', 'us-east-1'].map(
      (region) =>
        `${region}: reads 1 and 2 and writes 1: place-order:3; expected every served version to read and write 2`,
    ),
    'next: set "schemaPhases": {"order": {"version": 2, "phase": "cutover"}} in config/prod.json and deploy every region',
  ]);
});

it('calls the contract possible only when what is stored has been counted, and nothing of it is old', () => {
  const contractIn = (left?: typeof none) =>
    planText({ kind: 'order', newest: 2 }, 'prod', both('cutover'), left)
      .split('\n')
      .slice(5, -1)
      .map((line) => line.trim());

  expect(contractIn()).toEqual(['? contract', 'what is stored was not counted; plan --for contract counts it']);
  expect(contractIn(none)).toEqual(['✔ contract']);
  expect(contractIn([{ ...none[0]!, old: { 'sa-east-1': 3 } }])).toEqual([
    '✖ contract',
    'sa-east-1: 3 entities of sa-east-1 are stored in an old version; expected none',
  ]);
});

it('shows how far a backfill is, in all regions together, and how fast this command is', () => {
  const runs = [
    {
      region: 'a',
      entities: 3_000,
      parts: [part({ seen: 1_000, changed: 900 }), part({ segment: 1, seen: 500, changed: 500 })],
      changedBefore: 400,
    },
    { region: 'b', entities: 1_000, parts: [part({ seen: 500, changed: 0 })], changedBefore: 0 },
  ];

  expect(progressLine(runs, 10)).toBe(
    '[############------------] 2,000 of 4,000 looked at, 1,400 rewritten, 100 a second',
  );
});

it('says what is left in an old form, and whose it is', () => {
  const status = { region: 'sa-east-1', entities: 1_200, old: { 'sa-east-1': 1_000, 'us-east-1': 2 }, homeless };

  expect(statusText(status, [])).toBe(
    'sa-east-1: 1,200 entities, 1,000 of sa-east-1 and 2 of us-east-1 in an old form\n  backfill  never begun',
  );
  expect(statusText({ ...status, old: {}, homeless: { count: 1, some: ['order/7'] } }, [])).toBe(
    'sa-east-1: 1,200 entities, 1 of no region in an old form\n  without a home  order/7\n  backfill  never begun',
  );
  expect(
    statusText({ ...status, old: {} }, [part({ seen: 5, changed: 3, foreign: 1, left: 1 }), part({ segment: 1 })]),
  ).toBe(
    'sa-east-1: 1,200 entities, none in an old form\n' +
      '  backfill  last run: 5 looked at, 3 rewritten, 1 of other regions, 1 left as they are (2 parts are not done)',
  );
});
