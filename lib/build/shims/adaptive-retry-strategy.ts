/**
 * Takes the place of the SDK's adaptive retry mode, 3 KB: a rate limiter on the client's side, still experimental
 * (https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html).
 *
 * Safe because no client here asks for it. One that does fails at its first request, in its first test.
 */
export class AdaptiveRetryStrategy {
  constructor() {
    throw new Error('adaptive retries are not bundled; see lib/build/shims/adaptive-retry-strategy.ts');
  }
}
