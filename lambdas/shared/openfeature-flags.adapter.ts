import { AppConfigFlagSource } from './appconfig-flag-source.adapter';
import { appConfigData } from './appconfigdata-client';
import type { Clock } from './clock.port';
import type { FlagsEnv } from './flag-set.contract';
import type { FlagUse, FlagValue } from './flag-use.contract';
import type { Flags } from './flags.port';
import type { Log } from './log.port';
import { LoggedFlagReport } from './logged-flag-report';
import { PolledFlagProvider } from './openfeature-flag-provider.adapter';

/**
 * Flags from an OpenFeature provider, asked without OpenFeature's client in between: that one runs hooks, of which there are none here, and costs
 * ten times as much as the answer (`npm run bench -- flag-evaluation`). Who wants hooks gives the same provider to `OpenFeature.setProvider`.
 */
export class OpenFeatureFlags implements Flags {
  /** @param ready settles when the provider has started, well or not */
  constructor(
    private readonly provider: PolledFlagProvider,
    private readonly ready: Promise<void>,
  ) {}

  async valueFor<Value extends FlagValue>(
    { key, default: byDefault }: FlagUse<Value>,
    clientId: string,
  ): Promise<Value> {
    await this.ready;
    return this.provider.resolve(key, byDefault, { targetingKey: clientId }).value;
  }
}

/** The flags of this function, from AppConfig. The first ones are asked for at once, while the function starts. */
export const appConfigFlags = (env: FlagsEnv, { clock, log }: { readonly clock: Clock; readonly log: Log }): Flags => {
  const source = new AppConfigFlagSource(appConfigData(), {
    applicationId: env.FLAGS_APPLICATION,
    environmentId: env.FLAGS_ENVIRONMENT,
    profileId: env.FLAGS_PROFILE,
    pollSeconds: env.FLAGS_POLL_SECONDS,
  });
  const provider = new PolledFlagProvider({ source, clock, report: new LoggedFlagReport(log) });
  // Without flags the defaults in code hold, and the provider goes on asking: no reason not to start.
  const ready = provider
    .initialize()
    .catch((error: unknown) => log.warn('flags not loaded: the defaults in code hold', { error }));
  return new OpenFeatureFlags(provider, ready);
};
