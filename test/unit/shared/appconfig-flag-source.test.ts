import { AppConfigDataClient } from '@aws-sdk/client-appconfigdata';
import { AppConfigFlagSource } from '../../../lambdas/shared/appconfig-flag-source.adapter';
import { type FakeAnswer, FakeService } from './fake-service';

let service: FakeService | undefined;
afterEach(() => service?.stop());

const session: FakeAnswer = {
  status: 201,
  body: '{"InitialConfigurationToken":"token-0"}',
  headers: { 'content-type': 'application/json' },
};
const configuration = (token: string, body: string, interval = '15'): FakeAnswer => ({
  status: 200,
  body,
  headers: { 'Next-Poll-Configuration-Token': token, 'Next-Poll-Interval-In-Seconds': interval },
});
const refusal: FakeAnswer = {
  status: 400,
  body: '{"message":"expired"}',
  headers: { 'content-type': 'application/json', 'x-amzn-errortype': 'BadRequestException' },
};

/** @param answers one after the other */
const start = async (...answers: readonly FakeAnswer[]) => {
  const left = [...answers];
  service = await FakeService.start(() => left.shift());
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new AppConfigDataClient({
    region: 'sa-east-1',
    endpoint: service.endpoint,
    credentials,
    maxAttempts: 1,
  });
  const place = { applicationId: 'app', environmentId: 'env', profileId: 'profile', pollSeconds: 20 };
  return { source: new AppConfigFlagSource(client, place), requests: service.requests };
};

describe('flags from AppConfig', () => {
  it('are read in a session that names the configuration and the pause between polls', async () => {
    const { source, requests } = await start(session, configuration('token-1', '{"a":1}'));

    expect(await source.latest()).toEqual({ text: '{"a":1}', pollAfterSeconds: 20 });
    expect(JSON.parse(requests[0] ?? '')).toEqual({
      ApplicationIdentifier: 'app',
      EnvironmentIdentifier: 'env',
      ConfigurationProfileIdentifier: 'profile',
      RequiredMinimumPollIntervalInSeconds: 20,
    });
  });

  it('go on in the same session, which sends nothing for what it has sent before', async () => {
    const { source, requests } = await start(
      session,
      configuration('token-1', '{"a":1}'),
      configuration('token-2', ''),
    );
    await source.latest();

    expect(await source.latest()).toEqual({ pollAfterSeconds: 20 });
    expect(requests).toHaveLength(3);
  });

  it('wait for as long as AppConfig says', async () => {
    const { source } = await start(session, configuration('token-1', '{}', '120'));

    expect(await source.latest()).toMatchObject({ pollAfterSeconds: 120 });
  });

  it('begin a new session after a call that has failed', async () => {
    const { source, requests } = await start(
      session,
      configuration('token-1', '{"a":1}'),
      refusal,
      session,
      configuration('token-1', '{"a":2}'),
    );
    await source.latest();
    await expect(source.latest()).rejects.toThrow(/expired/);

    expect(await source.latest()).toMatchObject({ text: '{"a":2}' });
    expect(requests).toHaveLength(5);
  });
});
