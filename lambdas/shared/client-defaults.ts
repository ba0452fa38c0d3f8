/**
 * What every AWS client here uses: three tries, and a call that hangs is given up long before the function's timeout.
 * Milliseconds.
 */
export const clientDefaults = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
} as const;
