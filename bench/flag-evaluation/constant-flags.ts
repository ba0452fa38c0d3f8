import { PolledFlagProvider } from '../../lambdas/shared/openfeature-flag-provider.adapter';
import { systemClock } from '../../lambdas/shared/system-clock.adapter';
import { FLAG } from './measure-evaluations';

const state = { variant: 'off', rollout: { variant: 'on', percent: 50 } };
const flags = { [FLAG]: { type: 'boolean', variants: { on: true, off: false }, state } };
const text = JSON.stringify({ version: 1, flags });
const unheard = (): undefined => undefined;

/** The provider that functions have. AppConfig's part is played by a constant: what is measured is what each request pays. */
export const constantFlags = (): PolledFlagProvider =>
  new PolledFlagProvider({
    source: { latest: async () => ({ text, pollAfterSeconds: 15 }) },
    clock: systemClock,
    report: { changed: unheard, missed: unheard, stale: unheard, fresh: unheard, refused: unheard },
  });
