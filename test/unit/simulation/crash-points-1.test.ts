import { crashPlans } from './crash-plans';
import { neverStruck, runPlan, violations } from './run-plan';

const armed = crashPlans[0] ?? [];

// One of three files, so that jest runs the plans side by side.
describe('10,000 messages with each of 20 seeds, three in ten sent twice', () => {
  it(`lose, double and reorder nothing, whatever strikes: ${armed.join('; ')}`, async () => {
    const reports = await runPlan(armed);

    expect(violations(reports)).toEqual([]);
    if (reports.length > 1) expect(neverStruck(armed, reports)).toEqual([]);
  }, 300_000);
});
