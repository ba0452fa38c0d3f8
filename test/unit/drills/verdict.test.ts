import { FaultLog } from '../../../drills/harness/fault-log';
import { atLeast, atMost, exactly, holds, informative, none } from '../../../drills/harness/figure';
import { describeVerdict, isGood, judge } from '../../../drills/harness/verdict';

const happened = [{ name: 'worker killed', atLeast: 50, happened: 51, at: [] }];
const absent = [{ name: 'worker killed', atLeast: 50, happened: 49, at: [] }];
const clean = [none('lost', []), informative('seconds', 3)];
const dirty = [none('lost', ['order 1']), none('slow', ['order 2'])];

describe('verdict', () => {
  it('passes when every fault happened and every figure holds', () =>
    expect(judge(happened, clean).kind).toBe('passed'));

  it('fails a drill whose fault did not happen, however clean its figures are', () => {
    const verdict = judge(absent, clean);
    expect(verdict).toEqual({ kind: 'invalid', absentFaults: ['worker killed'] });
    expect(isGood(verdict)).toBe(false);
  });

  it('names every broken figure', () => expect(describeVerdict(judge(happened, dirty))).toBe('failed: lost; slow'));

  it('catches a sabotage by a figure that depends on the protection', () => {
    const verdict = judge(happened, dirty, { name: 'inbox', caughtBy: ['lost', 'doubled'] });
    expect(verdict).toEqual({ kind: 'caught', by: ['lost'] });
    expect(isGood(verdict)).toBe(true);
  });

  it('does not take a figure that broke for another reason as having noticed the sabotage', () => {
    const verdict = judge(happened, dirty, { name: 'inbox', caughtBy: ['doubled'] });
    expect(verdict.kind).toBe('missed');
    expect(isGood(verdict)).toBe(false);
  });

  it('calls a sabotage run without its faults invalid, not missed', () =>
    expect(judge(absent, clean, { name: 'inbox', caughtBy: ['lost'] }).kind).toBe('invalid'));
});

describe('figure', () => {
  it.each([
    [exactly('x', 2, 2), true],
    [exactly('x', 3, 2), false],
    [atMost('x', 2, 2), true],
    [atMost('x', 3, 2), false],
    [atLeast('x', 2, 2), true],
    [atLeast('x', 1, 2), false],
    [atLeast('x', Number.NaN, 0), false],
    [informative('x', Number.NaN), true],
  ])('%j holds: %s', (figure, expected) => expect(holds(figure)).toBe(expected));

  it('keeps five examples of what must not be', () =>
    expect(none('lost', ['a', 'b', 'c', 'd', 'e', 'f'])).toMatchObject({
      value: 6,
      examples: ['a', 'b', 'c', 'd', 'e'],
    }));
});

describe('fault log', () => {
  it('counts what happened and when, in seconds from the start', () => {
    let now = 5000;
    const log = new FaultLog(() => now);
    log.expect('worker killed', 2);
    now = 6500;
    log.happened('worker killed');
    log.happened('worker killed', 2);
    expect(log.counts()).toEqual([{ name: 'worker killed', atLeast: 2, happened: 3, at: [1.5, 1.5] }]);
  });

  it('refuses a fault that was never declared', () =>
    expect(() => new FaultLog(() => 0).happened('surprise')).toThrow('fault surprise was not declared'));
});
