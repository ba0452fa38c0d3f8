import { maximumWindows } from '../../../lambdas/release/canary-verdict';
import { probingMilliseconds } from '../../../lambdas/release/judge-canary.use-case';
import { judgeDefinition, judgeSeconds } from '../../../lib/contexts/release/judge-workflow';

const arn = (name: string) => `arn:aws:lambda:us-east-1:111111111111:function:${name}:live`;
const terms = { windowSeconds: 300, metricsDelaySeconds: 120 };
const { States, TimeoutSeconds } = judgeDefinition(
  { judge: arn('judge'), stop: arn('stop') },
  { partition: 'aws', ...terms },
);

describe('the workflow of the judge', () => {
  it('stops the rollout in every way out but one', () => {
    const ways = Object.entries(States).flatMap(([name, state]) => (state['End'] === true ? [name] : []));
    expect(ways).toEqual(['promote', 'stop']);
    expect(JSON.stringify(States['stop'])).toContain(arn('stop'));
    expect(JSON.stringify(States['stop unjudged'])).toContain(arn('stop'));
    expect(States['judge']?.['Catch']).toEqual([
      expect.objectContaining({ ErrorEquals: ['States.ALL'], Next: 'stop unjudged' }),
    ]);
    expect(States['verdict']).toMatchObject({ Default: 'stop' });
  });

  it('looks as often as its tests were made for', () => {
    expect(JSON.stringify(States['verdict'])).toContain(`$window < ${maximumWindows}`);
  });

  it('gives its function the time that probes take, and itself the time that it says it needs', () => {
    expect(Number(States['judge']?.['TimeoutSeconds']) * 1000).toBeGreaterThan(2 * probingMilliseconds);
    expect(judgeSeconds(terms)).toBe(120 + 2 * (300 + 2 * 100) + 60);
    expect(TimeoutSeconds).toBeGreaterThan(judgeSeconds(terms));
  });
});
