import {
  type AppConfigDataClient,
  GetLatestConfigurationCommand,
  StartConfigurationSessionCommand,
} from '@aws-sdk/client-appconfigdata';
import type { FlagSource, LatestFlags } from './flag-source.port';

/** Where a configuration is in AppConfig. */
export interface AppConfigFlagSourceOptions {
  readonly applicationId: string;
  readonly environmentId: string;
  readonly profileId: string;
  /** Pause between two polls, in seconds: 15 to 86,400. AppConfig may ask for a longer one. */
  readonly pollSeconds: number;
}

/**
 * Reads a configuration through a session of AppConfig's data plane. A gradual deployment reaches sessions one after the other, and a session
 * keeps its place in it. A session whose call has failed is given up: each of its tokens is good for one call.
 */
export class AppConfigFlagSource implements FlagSource {
  private token: string | undefined;

  constructor(
    private readonly client: AppConfigDataClient,
    private readonly options: AppConfigFlagSourceOptions,
  ) {}

  async latest(): Promise<LatestFlags> {
    const { pollSeconds } = this.options;
    const ConfigurationToken = this.token ?? (await this.startSession());
    this.token = undefined;
    const answer = await this.client.send(new GetLatestConfigurationCommand({ ConfigurationToken }));
    this.token = answer.NextPollConfigurationToken;
    const text = answer.Configuration?.transformToString() ?? '';
    const pollAfterSeconds = Math.max(pollSeconds, answer.NextPollIntervalInSeconds ?? pollSeconds);
    // Nothing is sent for what this session was sent before, and while nothing is deployed.
    return text === '' ? { pollAfterSeconds } : { text, pollAfterSeconds };
  }

  private async startSession(): Promise<string | undefined> {
    const { applicationId, environmentId, profileId, pollSeconds } = this.options;
    const { InitialConfigurationToken } = await this.client.send(
      new StartConfigurationSessionCommand({
        ApplicationIdentifier: applicationId,
        EnvironmentIdentifier: environmentId,
        ConfigurationProfileIdentifier: profileId,
        RequiredMinimumPollIntervalInSeconds: pollSeconds,
      }),
    );
    return InitialConfigurationToken;
  }
}
