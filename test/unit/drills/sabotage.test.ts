import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { auditMutations } from '../../../drills/audit/mutations';
import { drills } from '../../../drills/catalogue';
import { badVersions, deployMutations, markedAs } from '../../../drills/deploy/mutations';
import { exactlyOnceMutations } from '../../../drills/exactly-once/mutations';
import { failoverMutations } from '../../../drills/failover/mutations';
import { mutate } from '../../../drills/harness/mutation';
import { orderingMutations } from '../../../drills/ordering/mutations';
import { sagaMutations } from '../../../drills/saga/mutations';

const root = join(__dirname, '..', '..', '..');
const mutations = Object.entries({
  ...auditMutations,
  ...exactlyOnceMutations,
  ...failoverMutations,
  ...orderingMutations,
  ...sagaMutations,
  ...deployMutations,
  ...badVersions,
  marked: [markedAs('one')],
}).flatMap(([name, list]) => list.map((mutation) => ({ name, mutation })));

describe('sabotage', () => {
  it.each(mutations)('$name still finds what it takes out of $mutation.file', ({ mutation }) => {
    const source = readFileSync(join(root, mutation.file), 'utf8');
    expect(mutate(source, mutation)).not.toBe(source);
  });

  it('has at least three protections to switch off in each drill, each with figures that must notice', () => {
    for (const { protections } of drills) {
      expect(protections.length).toBeGreaterThanOrEqual(3);
      for (const { caughtBy } of protections) expect(caughtBy.length).toBeGreaterThan(0);
    }
  });

  it('names drills and protections so that the command line cannot confuse them', () => {
    const names = [
      ...drills.map(({ name }) => name),
      ...drills.flatMap((drill) => drill.protections.map(({ name }) => name)),
    ];
    expect(new Set(names).size).toBe(names.length);
  });
});
