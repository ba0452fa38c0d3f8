import { type PlannedStack, planTrain, TrainPlanError, type Wave } from '../../../../local/release/train-plan';
import { twoRegions } from './in-memory-train';

const idsOf = (plan: readonly Wave[]): Record<string, readonly string[]> =>
  Object.fromEntries(plan.map(({ name, stacks }) => [name, stacks.map(({ id }) => id)]));

describe('the plan of a train', () => {
  test('is a wave a region, after what an earlier wave needs of a later one, and before what needs all regions', () => {
    const plan = planTrain(twoRegions('v1'), [['us'], ['sa']]);

    expect(idsOf(plan)).toEqual({
      foundation: ['sa/Data', 'us/Key'],
      us: ['us/Data', 'us/Service'],
      sa: ['sa/Service'],
      completion: ['global/Dns'],
    });
    expect(plan.map(({ bakes }) => bakes)).toEqual([[], ['us'], ['sa'], []]);
  });

  test('says why a stack goes before its region', () => {
    const [foundation] = planTrain(twoRegions('v1'), [['us'], ['sa']]);
    expect(foundation?.stacks.map(({ id, neededBy }) => [id, neededBy])).toEqual([
      ['sa/Data', 'us/Data'],
      ['us/Key', 'sa/Data'],
    ]);
  });

  test('takes nothing of a later region early that only its own services need', () => {
    const plan = planTrain(twoRegions('v1'), [['sa'], ['us']]);
    expect(idsOf(plan)).toEqual({
      foundation: ['us/Key'],
      sa: ['sa/Data', 'sa/Service'],
      us: ['us/Data', 'us/Service'],
      completion: ['global/Dns'],
    });
  });

  test('deploys regions of one wave together', () => {
    const plan = planTrain(twoRegions('v1'), [['sa', 'us']]);
    expect(idsOf(plan)).toMatchObject({
      foundation: [],
      'sa+us': expect.arrayContaining(['sa/Service', 'us/Service']),
    });
    expect(plan[1]?.bakes).toEqual(['sa', 'us']);
  });

  test('deploys what is global early when a region needs it', () => {
    const zone: PlannedStack = {
      id: 'global/Zone',
      stackName: 'Z',
      region: 'us-east-1',
      digest: 'z',
      dependencies: [],
      reads: [],
    };
    const needy = twoRegions('v1').map((stack) =>
      stack.id === 'us/Service' ? { ...stack, dependencies: [...stack.dependencies, zone.id] } : stack,
    );
    expect(idsOf(planTrain([...needy, zone], [['us'], ['sa']]))).toMatchObject({
      foundation: expect.arrayContaining(['global/Zone']),
      completion: ['global/Dns'],
    });
  });

  test('has another digest for the waves whose code is another, and for no other wave', () => {
    const [before, after] = ['v1', 'v2'].map((code) => planTrain(twoRegions(code), [['us'], ['sa']]));
    const changed = before?.filter(({ digest }, at) => digest !== after?.[at]?.digest).map(({ name }) => name);
    expect(changed).toEqual(['us', 'sa']);
  });

  test.each([
    ['of a region that no wave has', [['us']], 'sa/Data belongs to no wave; the waves are us'],
    ['that depend on what does not exist', [['us'], ['sa']], 'us/Lost depends on us/Nothing'],
  ])('refuses stacks %s', (_, waves, message) => {
    const lost = { id: 'us/Lost', stackName: 'L', region: 'us', digest: '', dependencies: ['us/Nothing'], reads: [] };
    const plan = () => planTrain([...twoRegions('v1'), lost], waves);
    expect(plan).toThrow(TrainPlanError);
    expect(plan).toThrow(message);
  });
});
