/**
 * Takes the place of the SDK's choice of a "defaults mode", 2 KB, among them a client of EC2's instance metadata.
 *
 * Safe because no client here sets one and `legacy` is what the SDK then answers
 * (https://docs.aws.amazon.com/sdkref/latest/guide/feature-smart-config-defaults.html): timeouts are set by `client-defaults.ts`.
 */
export const resolveDefaultsModeConfig = () => () => Promise.resolve('legacy');
