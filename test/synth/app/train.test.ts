import type { StageSettings } from '../../../lib/app/stage-config';
import { planTrain, type Wave } from '../../../local/release/train-plan';
import { synthesize } from './synthesized';

const planOf = (waves: readonly (readonly string[])[], settings: StageSettings = {}): readonly Wave[] =>
  planTrain(
    synthesize('prod', settings).map((stack) => ({ ...stack, digest: JSON.stringify(stack.template), reads: [] })),
    waves,
  );

const idsOf = (plan: readonly Wave[], name: string): readonly string[] =>
  plan.find((wave) => wave.name === name)?.stacks.map(({ id }) => id) ?? [];

const contexts = ['Activity', 'Audit', 'Inventory', 'Loyalty', 'Ordering', 'Payments', 'Privacy', 'Shipping'];

describe('the train of prod, the primary region last', () => {
  const plan = planOf([['us-east-1'], ['sa-east-1']]);

  test('brings to all regions at once what the first one needs, and no service', () => {
    expect(idsOf(plan, 'foundation').toSorted()).toEqual(
      [
        'global/Assets',
        'sa-east-1/AssetsData',
        // The other region copies its records to it.
        'sa-east-1/AuditStore',
        'sa-east-1/BackboneData',
        'sa-east-1/Identity',
        ...contexts.map((context) => `sa-east-1/${context}Data`),
        'us-east-1/BackboneData',
      ].toSorted(),
    );
  });

  test('brings every service in its region’s wave', () => {
    for (const region of ['us-east-1', 'sa-east-1']) {
      const services = idsOf(plan, region).filter((id) => id.endsWith('Service'));
      expect(services).toHaveLength(14);
      for (const service of services) expect(service).toMatch(new RegExp(`^${region}/`));
    }
    // And its logs, which nothing outside of it needs.
    expect(idsOf(plan, 'sa-east-1')).toHaveLength(18);
    expect(idsOf(plan, 'sa-east-1')).toContain('sa-east-1/ActivityStreams');
    expect(idsOf(plan, 'completion')).toEqual([]);
  });
});

test.each<[string, readonly (readonly string[])[], StageSettings]>([
  ['the primary region last', [['us-east-1'], ['sa-east-1']], {}],
  ['the primary region first', [['sa-east-1'], ['us-east-1']], {}],
  ['both at once', [['sa-east-1', 'us-east-1']], {}],
  [
    'three regions and a domain',
    [['eu-west-1'], ['us-east-1', 'sa-east-1']],
    { regions: ['sa-east-1', 'us-east-1', 'eu-west-1'], domain: 'shop.example.com', hostedZone: 'create' },
  ],
])('a train deploys every stack once, and none before what it depends on: %s', (_, waves, settings) => {
  const plan = planOf(waves, settings);
  const turn = new Map(plan.flatMap(({ stacks }, at) => stacks.map(({ id }) => [id, at] as const)));
  const all = plan.flatMap(({ stacks }) => stacks);
  expect(turn.size).toBe(all.length);
  for (const { id, dependencies } of all)
    for (const needed of dependencies) expect([id, needed, turn.get(needed)]).toEqual([id, needed, expect.any(Number)]);
  const tooEarly = all.flatMap(({ id, dependencies }) =>
    dependencies
      .filter((needed) => (turn.get(needed) ?? 0) > (turn.get(id) ?? 0))
      .map((needed) => `${id} before ${needed}`),
  );
  expect(tooEarly).toEqual([]);
  expect(idsOf(plan, 'completion')).toEqual(settings.domain === undefined ? [] : ['global/Edge']);
});
