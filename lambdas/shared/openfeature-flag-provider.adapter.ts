import {
  ErrorCode,
  type EvaluationContext,
  type JsonValue,
  type ResolutionDetails,
  ServerProviderEvents,
  StandardResolutionReasons,
} from '@openfeature/core';
import type { Provider } from '@openfeature/server-sdk';
import type { FlagReport } from './flag-report.port';
import type { FlagValue } from './flag-use.contract';
import { FlagEvents } from './openfeature-flag-events.adapter';
import { PolledFlags, type PolledFlagsOptions } from './polled-flags';

/** No flags were read in time; the provider answers defaults, and goes on asking. */
export class FlagsNotLoadedError extends Error {
  override readonly name = 'FlagsNotLoadedError';
}

/** How the provider behaves. */
export interface PolledFlagProviderOptions extends PolledFlagsOptions {
  /** How long the first evaluations may wait for the first flags, in milliseconds. @default 1000 */
  readonly firstLoadMilliseconds?: number;
}

/**
 * An OpenFeature provider (https://openfeature.dev/specification/sections/providers) over any source of flags, for functions on Lambda: it waits once for the first
 * flags, for a bounded time, and never again. `targetingKey` is the client.
 *
 * Reasons: those of the rule; `STALE` when the source has been silent for too long; `ERROR` with `PROVIDER_NOT_READY`, `FLAG_NOT_FOUND` or
 * `TYPE_MISMATCH` when the answer is the caller's default.
 *
 * @example
 * const source = new AppConfigFlagSource(new AppConfigDataClient(), { applicationId, environmentId, profileId, pollSeconds: 15 });
 * const ready = OpenFeature.setProviderAndWait(new PolledFlagProvider({ source, clock, report }));
 * const client = OpenFeature.getClient();
 * await ready.catch(() => undefined);
 * await client.getBooleanValue('new-checkout', false, { targetingKey: clientId });
 */
export class PolledFlagProvider implements Provider {
  readonly metadata = { name: 'polled-flags' } as const;
  readonly runsOn = 'server';
  readonly events = new FlagEvents();
  private readonly flags: PolledFlags;

  constructor(private readonly options: PolledFlagProviderOptions) {
    this.flags = new PolledFlags({ ...options, report: this.alsoTelling(options.report) });
  }

  /** @throws FlagsNotLoadedError no flags in time */
  async initialize(): Promise<void> {
    const { firstLoadMilliseconds = 1000 } = this.options;
    const limit = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => limit.resolve(undefined), firstLoadMilliseconds);
    await Promise.race([this.flags.refresh(), limit.promise]);
    clearTimeout(timer);
    if (this.flags.known().rules === undefined)
      throw new FlagsNotLoadedError(`no flags were read within ${firstLoadMilliseconds} ms; the defaults in code hold`);
  }

  async resolveBooleanEvaluation(key: string, byDefault: boolean, context: EvaluationContext) {
    return this.resolve(key, byDefault, context);
  }

  async resolveStringEvaluation(key: string, byDefault: string, context: EvaluationContext) {
    return this.resolve(key, byDefault, context);
  }

  async resolveNumberEvaluation(key: string, byDefault: number, context: EvaluationContext) {
    return this.resolve(key, byDefault, context);
  }

  /** Flags have no objects: always the default. */
  async resolveObjectEvaluation<Value extends JsonValue>(
    key: string,
    byDefault: Value,
  ): Promise<ResolutionDetails<Value>> {
    return this.failed(byDefault, ErrorCode.TYPE_MISMATCH, `flag ${key} is asked for as an object, and no flag is one`);
  }

  /** What a flag says, at once, and why: what the methods above answer for each type. */
  resolve<Value extends FlagValue>(
    key: string,
    byDefault: Value,
    { targetingKey }: EvaluationContext,
  ): ResolutionDetails<Value> {
    const { rules, isStale } = this.flags.known();
    if (rules === undefined) return this.failed(byDefault, ErrorCode.PROVIDER_NOT_READY, 'no flags were read yet');
    const rule = rules.get(key);
    if (rule === undefined) return this.failed(byDefault, ErrorCode.FLAG_NOT_FOUND, `there is no flag ${key}`);
    const { value, variant, reason } = rule(targetingKey);
    if (!isLike(value, byDefault)) {
      const found = `flag ${key} is a ${typeof value}, and is asked for as a ${typeof byDefault}`;
      return this.failed(byDefault, ErrorCode.TYPE_MISMATCH, found);
    }
    return { value, variant, reason: isStale ? StandardResolutionReasons.STALE : reason };
  }

  private failed<Value>(value: Value, errorCode: ErrorCode, errorMessage: string): ResolutionDetails<Value> {
    return { value, reason: StandardResolutionReasons.ERROR, errorCode, errorMessage };
  }

  private alsoTelling(report: FlagReport): FlagReport {
    const tell = (event: ServerProviderEvents, message: string) => this.events.emit(event, { message });
    return {
      missed: (error) => report.missed(error),
      changed: (keys) => {
        report.changed(keys);
        this.events.emit(ServerProviderEvents.ConfigurationChanged, { flagsChanged: [...keys] });
        // Ends an initialization that has failed, and a refusal.
        tell(ServerProviderEvents.Ready, 'flags read');
      },
      stale: (ageSeconds) => {
        report.stale(ageSeconds);
        tell(ServerProviderEvents.Stale, 'the source of flags is silent');
      },
      fresh: () => {
        report.fresh();
        tell(ServerProviderEvents.Ready, 'the source of flags answers again');
      },
      refused: (error) => {
        report.refused(error);
        tell(ServerProviderEvents.Stale, 'what is deployed cannot be read');
      },
    };
  }
}

const isLike = <Value extends FlagValue>(value: FlagValue, model: Value): value is Value =>
  typeof value === typeof model;
