import fc from 'fast-check';
import { flagRule } from '../../../lambdas/shared/flag-rule';
import type { FlagState } from '../../../lambdas/shared/flag-set.contract';

const ruleOf = (state: FlagState) =>
  flagRule('express', { type: 'boolean', variants: { on: true, off: false }, state });

describe('what a flag says to a client', () => {
  it('is the same to everybody when it has no rules', () => {
    expect(ruleOf({ variant: 'off' })('client-1')).toEqual({ value: false, variant: 'off', reason: 'STATIC' });
  });

  it('is what its rule says to a client that is named, and what it says to everybody for the others', () => {
    const rule = ruleOf({ variant: 'off', clients: { on: ['client-1', 'client-2'] } });

    expect(rule('client-2')).toEqual({ value: true, variant: 'on', reason: 'TARGETING_MATCH' });
    expect(rule('client-3')).toEqual({ value: false, variant: 'off', reason: 'DEFAULT' });
  });

  it('is decided by the percentage on both sides of it', () => {
    const rule = ruleOf({ variant: 'off', rollout: { variant: 'on', percent: 50 } });
    const outcomes = Array.from({ length: 100 }, (_, at) => rule(`client-${at}`));

    expect(new Set(outcomes.map(({ reason }) => reason))).toEqual(new Set(['SPLIT']));
    expect(new Set(outcomes.map(({ variant }) => variant))).toEqual(new Set(['on', 'off']));
  });

  it('goes by the client before the percentage', () => {
    const rule = ruleOf({ variant: 'off', clients: { off: ['client-1'] }, rollout: { variant: 'on', percent: 100 } });

    expect(rule('client-1')).toMatchObject({ variant: 'off', reason: 'TARGETING_MATCH' });
    expect(rule('client-2')).toMatchObject({ variant: 'on', reason: 'SPLIT' });
  });

  it('is what it says to everybody when nobody says who they are', () => {
    expect(ruleOf({ variant: 'off', rollout: { variant: 'on', percent: 100 } })(undefined)).toMatchObject({
      variant: 'off',
      reason: 'DEFAULT',
    });
  });

  it('keeps in at every higher percentage whoever is in at a lower one', () => {
    const percentage = fc.double({ min: 0, max: 100, noNaN: true });
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), percentage, percentage, (client, one, other) => {
        const isIn = (percent: number) => ruleOf({ variant: 'off', rollout: { variant: 'on', percent } })(client).value;
        const [lower, higher] = [Math.min(one, other), Math.max(one, other)];
        return !isIn(lower) || isIn(higher) === true;
      }),
    );
  });

  it('lets nobody in at 0 % and everybody at 100 %', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (client) => {
        const at = (percent: number) => ruleOf({ variant: 'off', rollout: { variant: 'on', percent } })(client).value;
        return at(0) === false && at(100) === true;
      }),
    );
  });
});
