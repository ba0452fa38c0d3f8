import { mkdtempSync, readFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppConfigClient, CreateHostedConfigurationVersionCommand } from '@aws-sdk/client-appconfig';
import { AppConfigDataClient, StartConfigurationSessionCommand } from '@aws-sdk/client-appconfigdata';
import { CloudWatchClient, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { OpenFeature } from '@openfeature/server-sdk';
import { linesPerOrder } from '../../lambdas/ordering/ordering-flags.contract';
import { AppConfigFlagSource } from '../../lambdas/shared/appconfig-flag-source.adapter';
import { LoggedFlagReport } from '../../lambdas/shared/logged-flag-report';
import { PolledFlagProvider } from '../../lambdas/shared/openfeature-flag-provider.adapter';
import { clientConfig } from '../../local/deployment/aws-clients';
import { AppConfigRegionFlags } from '../../local/flags/appconfig-region-flags';
import { changeFlags } from '../../local/flags/change-flags';
import { deployFlags } from '../../local/flags/deploy-flags';
import type { FlagsEdit } from '../../local/flags/flags-command';
import { flagsFile } from '../../local/flags/flags-source';
import { knownRegions } from '../../local/flags/known-region';
import { silentTaskList, type TaskList } from '../../local/terminal/task-list';
import { deployedStore, newCustomer } from './deployed-store';
import { eventually } from './eventually';
import { type HttpAnswer, problemIn } from './store-client';

const store = deployedStore();
const other = deployedStore(1);
const flag = linesPerOrder.key;

/** One of 21 lines, of articles that nobody sells: refused whatever the flag says, but not for the same reason. */
const longOrder = () => ({
  customerId: newCustomer(),
  currency: 'BRL',
  lines: Array.from({ length: 21 }, (_, at) => ({ sku: `NO-SUCH-${at}`, quantity: 1 })),
  paymentMethod: 'pm_card',
  shipTo: { recipient: 'Ada', street: 'Rua das Flores 10', city: 'São Paulo', postalCode: '01310-100', country: 'BR' },
});

let regions: readonly [AppConfigRegionFlags, AppConfigRegionFlags];
let path: string;
beforeAll(async () => {
  const [first, second] = [store().cloud, other().cloud];
  regions = [new AppConfigRegionFlags(first, first.outputs), new AppConfigRegionFlags(second, second.outputs)];
  // A copy: the tests change flags, and not what the checkout says.
  path = join(mkdtempSync(join(tmpdir(), 'tenfold-flags-')), 'flags.json');
  await cp(flagsFile, path);
});

const change = (edit: FlagsEdit | undefined, tasks: TaskList = silentTaskList(), atOnce = false, overwrite = false) =>
  changeFlags({ stage: 'local', regions, ...(edit && { edit }), atOnce, overwrite, tasks, path });

afterEach(() => {
  const edit: FlagsEdit = { kind: 'clear', flag };
  return changeFlags({ stage: 'local', regions, edit, atOnce: true, overwrite: true, tasks: silentTaskList(), path });
});

const outputOf = (name: string): string => store().cloud.outputs.get('FlagsService', name);

describe('a change of flags', () => {
  it('reaches the functions of every region within one poll', async () => {
    const tooLong = ({ text }: HttpAnswer): boolean => text.includes('at most 20 lines');
    const ask = (api: ReturnType<typeof store>['api']) => api.place(longOrder());
    const before = await Promise.all([ask(store().api), ask(other().api)]);
    expect(before.map(({ status }) => status)).toEqual([422, 422]);
    expect(before.some(tooLong)).toBe(false);

    await change({ kind: 'set', flag, variant: 'short' });
    const deployedAt = Date.now();
    const [answer] = await Promise.all([
      eventually(() => ask(store().api), tooLong, 30_000),
      eventually(() => ask(other().api), tooLong, 30_000),
    ]);

    // A poll is due after 15 seconds, and its answer holds from the request after the one that found it due.
    expect(Date.now() - deployedAt).toBeLessThan(20_000);
    expect(problemIn(answer).errors).toEqual([{ field: 'lines', value: 21, expected: 'at most 20 lines' }]);
  });

  it('that an alarm rolls back in the second region is taken back in the first, and in the file', async () => {
    const { cloud } = other();
    const alarms = new CloudWatchClient(clientConfig(cloud));
    const [alarmArn = ''] = cloud.outputs.get('FlagsService', 'MonitoredAlarms').split(',').toReversed();
    const AlarmName = alarmArn.split(':alarm:')[1];
    const set = (StateValue: 'ALARM' | 'OK') =>
      alarms.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: 'a test' }));
    const ringing: Promise<unknown>[] = [];
    const tasks: TaskList = {
      ...silentTaskList(),
      inOrder: async (list) => {
        for (const { title, work } of list)
          await work(() => {
            if (title.endsWith(cloud.region) && ringing.length === 0) ringing.push(set('ALARM'));
          });
      },
    };

    const changed = change({ kind: 'rollout', flag, percent: 50 }, tasks);
    await expect(changed).rejects.toThrow(`${cloud.region} has rolled the flags back`);
    await expect(changed).rejects.toThrow(`put back: ${store().cloud.region}`);
    await Promise.all(ringing);

    expect(readFileSync(path, 'utf8')).not.toContain('percent');
    for (const region of regions) expect((await region.state()).deployed).not.toContain('percent');
    await expect(change({ kind: 'rollout', flag, percent: 50 })).rejects.toThrow(/nothing was deployed/);
    await set('OK');
  });

  it('goes through at once while an alarm rings, and the environment is watched again afterwards', async () => {
    const { cloud } = store();
    const alarms = new CloudWatchClient(clientConfig(cloud));
    const AlarmName = outputOf('MonitoredAlarms').split(',')[0]?.split(':alarm:')[1];
    const set = (StateValue: 'ALARM' | 'OK') =>
      alarms.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: 'a test' }));
    await set('ALARM');

    await change({ kind: 'set', flag, variant: 'short' }, silentTaskList(), true);

    expect((await regions[0].state()).deployed).toContain('"variant":"short"');
    expect(await regions[0].obstacles()).toHaveLength(1);
    await set('OK');
  });
});

describe('a change while another one is under way', () => {
  /** Begins a gradual change; `begun` resolves once the first region works on it. */
  const begin = (edit: FlagsEdit) => {
    const { promise: begun, resolve } = Promise.withResolvers<undefined>();
    const tasks: TaskList = {
      ...silentTaskList(),
      inOrder: async (list) => {
        for (const { work } of list) await work(() => resolve(undefined));
      },
    };
    return { begun, changed: change(edit, tasks) };
  };

  it('is refused when it is gradual, and neither file nor regions have it', async () => {
    const { begun, changed } = begin({ kind: 'rollout', flag, percent: 30 });
    await begun;

    // The second region still serves what the file does not say any more.
    const another = change({ kind: 'rollout', flag, percent: 60 }, silentTaskList(), false, true);
    await expect(another).rejects.toThrow(/under way/);

    await changed;
    expect(readFileSync(path, 'utf8')).toContain('"percent": 30');
    for (const region of regions) expect((await region.state()).deployed).toContain('"percent":30');
  });

  it('stops it when it is at once, and holds in every region', async () => {
    const { begun, changed } = begin({ kind: 'rollout', flag, percent: 30 });
    const stopped = expect(changed).rejects.toThrow(/rolled the flags back/);
    await begun;

    await change({ kind: 'set', flag, variant: 'short' }, silentTaskList(), true, true);

    await stopped;
    for (const region of regions) expect((await region.state()).deployed).toContain('"state":{"variant":"short"}');
  });

  it('is followed to its end by the next command, when the first one was killed', async () => {
    const text = readFileSync(path, 'utf8');
    const { promise: killed, resolve } = Promise.withResolvers<undefined>();
    const never = new Promise<void>(() => undefined);
    const tasks: TaskList = {
      ...silentTaskList(),
      // What AppConfig has begun goes on; the command does nothing more, in this region or in the next.
      inOrder: async ([first]) => {
        void first?.work(() => resolve(undefined));
        await never;
      },
    };
    void change({ kind: 'rollout', flag, percent: 30 }, tasks);
    await killed;
    expect(readFileSync(path, 'utf8')).not.toBe(text);

    await change(undefined, silentTaskList(), false, true);

    for (const region of regions) {
      const { deployed, underWay } = await region.state();
      expect(deployed).toContain('"percent":30');
      expect(underWay).toBeUndefined();
    }
  });
});

describe('flags that are wrong', () => {
  const variants = { contract: 50, short: 20 };
  const textOf = (changes: object) =>
    JSON.stringify({
      version: 1,
      flags: { [flag]: { type: 'number', variants, state: { variant: 'contract' }, ...changes } },
    });

  it.each([
    ['the schema of the profile does not allow', { variants: { contract: 'fifty' } }, /does not fit its JSON Schema/],
    ['the validator does not allow', { state: { variant: 'none' } }, /state\.variant: expected one of contract, short/],
    [
      'deployed code cannot read',
      { type: 'string', variants: { contract: 'fifty' } },
      /lines-per-order\.type: got "string"; expected "number"/,
    ],
  ])('and that %s are refused by AppConfig, and hold nowhere', async (_what, changes, message) => {
    const before = (await regions[0].state()).deployed;

    const deployment = deployFlags(await knownRegions(regions), textOf(changes), {
      atOnce: false,
      tasks: silentTaskList(),
    });
    await expect(deployment).rejects.toThrow(message);

    expect((await regions[0].state()).deployed).toBe(before);
  });
});

describe('a function that reads flags', () => {
  it('may read its own configuration and no other', async () => {
    const { cloud, system } = store();
    const lambda = new LambdaClient(clientConfig(cloud));
    const FunctionName = await system.functionName('ordering/place-order');
    const { Role: RoleArn } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    const assume = new AssumeRoleCommand({ RoleArn, RoleSessionName: 'test' });
    const { Credentials } = await new STSClient(clientConfig(cloud)).send(assume);
    const credentials = {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    };
    const reader = new AppConfigDataClient({ ...clientConfig(cloud), credentials });
    const own = {
      ApplicationIdentifier: outputOf('ApplicationId'),
      EnvironmentIdentifier: outputOf('EnvironmentId'),
      ConfigurationProfileIdentifier: outputOf('ProfileId'),
    };
    const start = (changes: object) => reader.send(new StartConfigurationSessionCommand({ ...own, ...changes }));

    await expect(start({})).resolves.toBeDefined();
    await expect(start({ ConfigurationProfileIdentifier: 'another' })).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
    const writer = new AppConfigClient({ ...clientConfig(cloud), credentials });
    const write = new CreateHostedConfigurationVersionCommand({
      ApplicationId: own.ApplicationIdentifier,
      ConfigurationProfileId: own.ConfigurationProfileIdentifier,
      Content: Buffer.from('{}'),
      ContentType: 'application/json',
    });
    await expect(writer.send(write)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  it('goes on with the last known flags while AppConfig is away', async () => {
    const { cloud } = store();
    await change({ kind: 'set', flag, variant: 'short' }, silentTaskList(), true);
    const way = await openWay(cloud.endpoint);
    let seconds = 0;
    const log: string[] = [];
    const line = (message: string) => log.push(message);
    const source = new AppConfigFlagSource(
      new AppConfigDataClient({ ...clientConfig(cloud), endpoint: way.endpoint, maxAttempts: 1 }),
      {
        applicationId: outputOf('ApplicationId'),
        environmentId: outputOf('EnvironmentId'),
        profileId: outputOf('ProfileId'),
        pollSeconds: 15,
      },
    );
    const provider = new PolledFlagProvider({
      source,
      clock: { now: () => new Date(Date.UTC(2026, 10, 26) + seconds * 1000) },
      report: new LoggedFlagReport({ info: line, warn: line, error: line }),
    });
    await OpenFeature.setProviderAndWait('away', provider);
    const client = OpenFeature.getClient('away');
    const ask = () => client.getNumberDetails(flag, linesPerOrder.default, { targetingKey: 'client-1' });
    const withThem = await ask();
    await way.close();
    seconds = 400;
    await eventually(ask, () => log.includes('flags not polled'));
    seconds = 800;

    const without = await eventually(ask, () => log.includes('flags stale'));

    expect(withThem).toMatchObject({ value: 20, variant: 'short', reason: 'STATIC' });
    expect(without).toMatchObject({ value: 20, variant: 'short', reason: 'STALE' });
    expect(client.providerStatus).toBe('STALE');
    await OpenFeature.clearProviders();
  });
});

interface Way {
  readonly endpoint: string;
  close(): Promise<void>;
}

/** A way to an endpoint that can be closed. */
const openWay = async (endpoint: string): Promise<Way> => {
  const server: Server = createServer((incoming, outgoing) => {
    const { method, url = '/', headers } = incoming;
    const passed = httpRequest(new URL(url, endpoint), { method: method ?? 'GET', headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(passed);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
