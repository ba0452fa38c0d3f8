import { withRegionsSwapped } from './normalised';
import { type SynthesizedStack, synthesize } from './synthesized';

const both = synthesize('prod');
const [primary, second] = ['sa-east-1', 'us-east-1'].map((region) => both.filter((stack) => stack.region === region));

const named = (stacks: readonly SynthesizedStack[] | undefined, name: string): SynthesizedStack => {
  const found = stacks?.find((stack) => stack.name === name);
  if (found === undefined) throw new Error(`expected a stack ${name}`);
  return found;
};

describe('a stage of two regions', () => {
  test('has the same stacks in both, by the names that operators know', () => {
    expect(second?.map(({ name }) => name).sort()).toEqual(primary?.map(({ name }) => name).sort());
    expect(both.filter(({ stackName, region, name }) => stackName !== `Tenfold-Prod-${region}-${name}`)).toEqual([]);
  });

  test.each((primary ?? []).map(({ name }) => name))('%s is the same in both but for the region', (name) => {
    const swapped = withRegionsSwapped(named(second, name).template, 'sa-east-1', 'us-east-1');
    expect(swapped).toEqual(withRegionsSwapped(named(primary, name).template, 'none-1', 'none-2'));
  });
});
