import { type CrashPoint, crashPointNames } from './crash-points';

/** Points that are armed in the same runs: a fault of one part meets the recovery from a fault of another. */
const PLANS = 3;

/** Every point is in exactly one plan; neighbours in the list are in different ones. */
export const crashPlans: readonly (readonly CrashPoint[])[] = Array.from({ length: PLANS }, (_, plan) =>
  crashPointNames.filter((_name, index) => index % PLANS === plan),
);
