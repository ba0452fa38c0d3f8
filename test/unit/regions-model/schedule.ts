import fc from 'fast-check';
import type { Wish } from './client';

/** What happens to regions. Times in seconds; regions by index. */
export type Mishap =
  /** A region is dark to everybody. `inside` goes on or stands still. With `evacuated`, its successor takes over after that many seconds. */
  | {
      readonly kind: 'dark';
      readonly at: number;
      readonly region: number;
      readonly inside: 'goes on' | 'stands still';
      readonly seconds: number;
      readonly evacuatedAfter: number | undefined;
    }
  /** Nothing is wrong; the region is evacuated all the same, by force or with its help. */
  | {
      readonly kind: 'evacuated';
      readonly at: number;
      readonly region: number;
      readonly graceful: boolean;
      readonly seconds: number;
    }
  /** Two regions do not hear each other; both serve. */
  | { readonly kind: 'partition'; readonly at: number; readonly region: number; readonly seconds: number }
  /** The payment provider and the carrier give no answer. */
  | { readonly kind: 'provider down'; readonly at: number; readonly region: number; readonly seconds: number };

/** All that a run of the model follows from. */
export interface Schedule {
  readonly seed: number;
  readonly regions: number;
  /** Milliseconds, by region. */
  readonly skews: readonly number[];
  /** The longest lag in milliseconds, by pair. */
  readonly lags: readonly number[];
  /** Units of the article in each region's pool. */
  readonly units: number;
  readonly wishes: readonly Wish[];
  readonly mishaps: readonly Mishap[];
}

/** Regions differ by no more than four seconds: one second less than a takeover waits. */
const skew = fc.integer({ min: -2_000, max: 2_000 });
const lag = fc.integer({ min: 0, max: 5_000 });
const region = fc.nat({ max: 2 });

const wish = fc.record({
  at: fc.integer({ min: 0, max: 12 }),
  nearest: region,
  quantity: fc.integer({ min: 1, max: 2 }),
  paymentMethod: fc.constantFrom('pm_card', 'pm_card', 'pm_card', 'pm_card', 'pm_declined' as const),
  country: fc.constantFrom('BR', 'BR', 'BR', 'BR', 'AQ' as const),
  cancelAfter: fc.option(fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 200 })), {
    nil: undefined,
    freq: 2,
  }),
  cancelAt: region,
});

const at = fc.integer({ min: 0, max: 20 });
const dark = fc.record({
  kind: fc.constant('dark' as const),
  at,
  region,
  inside: fc.constantFrom('goes on', 'stands still' as const),
  seconds: fc.oneof(fc.integer({ min: 5, max: 60 }), fc.integer({ min: 60, max: 300 })),
  evacuatedAfter: fc.option(fc.integer({ min: 5, max: 40 }), { nil: undefined, freq: 4 }),
});
const evacuated = fc.record({
  kind: fc.constant('evacuated' as const),
  at,
  region,
  graceful: fc.boolean(),
  seconds: fc.integer({ min: 5, max: 120 }),
});
const partition = fc.record({
  kind: fc.constant('partition' as const),
  at,
  region,
  seconds: fc.integer({ min: 2, max: 90 }),
});
const providerDown = fc.record({
  kind: fc.constant('provider down' as const),
  at,
  region,
  seconds: fc.integer({ min: 2, max: 60 }),
});

/** Any schedule. */
export const anySchedule: fc.Arbitrary<Schedule> = fc.record({
  seed: fc.nat({ max: 0x7fffffff }),
  regions: fc.constantFrom(2, 2, 2, 3),
  skews: fc.tuple(skew, skew, skew),
  lags: fc.tuple(lag, lag, lag),
  units: fc.integer({ min: 1, max: 6 }),
  wishes: fc.array(wish, { minLength: 1, maxLength: 4, size: 'max' }),
  mishaps: fc.array(
    fc.oneof(
      { arbitrary: dark, weight: 5 },
      { arbitrary: evacuated, weight: 2 },
      { arbitrary: partition, weight: 2 },
      { arbitrary: providerDown, weight: 2 },
    ),
    { minLength: 1, maxLength: 4, size: 'max' },
  ),
});
