import { clientDefaults } from './client-defaults';

const { maxAttempts, requestHandler } = clientDefaults;

/** By how much the clocks of two regions may differ, in milliseconds. */
export const clockSkewMilliseconds = 5_000;

/** How old records may be that a gate decides by, in milliseconds: a busy process reads them once for all it does meanwhile. */
export const recordsAgeMilliseconds = 2_000;

/** Records that are slow to come are as old as the try that brought them. */
const oldestRecords = Math.max(recordsAgeMilliseconds, requestHandler.requestTimeout);

/** What the SDK pauses between the tries of a call, at most: 0.5 s and 1 s after being throttled. */
const pauses = 2_000;

/** The longest that a write takes: every try is given up at its end but the last. */
const longestWrite = maxAttempts * requestHandler.requestTimeout + pauses;

/**
 * For how long nobody may count on a region's silence after it has stopped, in milliseconds: it decides by records that are as old as they may
 * be, writes as slowly as it may, and its clock may be behind. Who writes next waits for it, at the beginning of a fence and at its end.
 */
export const handoverMilliseconds = oldestRecords + longestWrite + clockSkewMilliseconds;
