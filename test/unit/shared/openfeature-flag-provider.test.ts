import { type Client, OpenFeature, ProviderEvents } from '@openfeature/server-sdk';
import type { Clock } from '../../../lambdas/shared/clock.port';
import type { FlagReport } from '../../../lambdas/shared/flag-report.port';
import type { FlagState } from '../../../lambdas/shared/flag-set.contract';
import { PolledFlagProvider } from '../../../lambdas/shared/openfeature-flag-provider.adapter';
import { OpenFeatureFlags } from '../../../lambdas/shared/openfeature-flags.adapter';
import { InMemoryFlagSource } from './in-memory-flag-source';

const deployed = (state: FlagState) =>
  JSON.stringify({
    version: 1,
    flags: { express: { type: 'boolean', variants: { on: true, off: false }, state } },
  });

class SetClock implements Clock {
  private at = Date.parse('2026-11-26T12:00:00Z');
  now = () => new Date(this.at);
  advance(seconds: number): void {
    this.at += seconds * 1000;
  }
}

const setUp = () => {
  const source = new InMemoryFlagSource();
  const clock = new SetClock();
  const told: string[] = [];
  const report: FlagReport = {
    changed: () => told.push('changed'),
    missed: () => told.push('missed'),
    stale: (age) => told.push(`stale ${age}`),
    fresh: () => told.push('fresh'),
    refused: () => told.push('refused'),
  };
  const provider = new PolledFlagProvider({ source, clock, report, firstLoadMilliseconds: 20 });
  const start = async (): Promise<Client> => {
    await OpenFeature.setProviderAndWait('test', provider).catch(() => undefined);
    return OpenFeature.getClient('test');
  };
  return { source, clock, told, provider, start };
};

/** Everything that a poll has to do is done. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

const ask = (client: Client, key = 'express') => client.getBooleanDetails(key, false, { targetingKey: 'client-1' });

afterEach(() => OpenFeature.clearProviders());

describe('flags through OpenFeature', () => {
  it('says what is deployed, and why', async () => {
    const { source, start } = setUp();
    source.deploy(deployed({ variant: 'off', clients: { on: ['client-1'] } }));

    const client = await start();

    expect(await ask(client)).toMatchObject({ value: true, variant: 'on', reason: 'TARGETING_MATCH' });
    expect(client.providerStatus).toBe('READY');
  });

  it('asks no more than once a poll interval, and beside the evaluation that finds it due', async () => {
    const { source, clock, start } = setUp();
    source.deploy(deployed({ variant: 'off' }));
    const client = await start();
    for (let at = 0; at < 5; at += 1) await ask(client);
    expect(source.polls).toBe(1);
    source.deploy(deployed({ variant: 'on' }));
    const answer = source.hold();
    clock.advance(15);

    const during = await ask(client);
    answer();
    await settled();
    const after = await ask(client);

    expect([during.value, after.value]).toEqual([false, true]);
    expect(source.polls).toBe(2);
  });

  it('waits longer when the source asks for it', async () => {
    const source = new InMemoryFlagSource(60);
    const clock = new SetClock();
    const report: FlagReport = {
      changed: jest.fn(),
      missed: jest.fn(),
      stale: jest.fn(),
      fresh: jest.fn(),
      refused: jest.fn(),
    };
    source.deploy(deployed({ variant: 'off' }));
    await OpenFeature.setProviderAndWait('test', new PolledFlagProvider({ source, clock, report }));
    const client = OpenFeature.getClient('test');

    clock.advance(59);
    await ask(client);
    expect(source.polls).toBe(1);
    clock.advance(1);
    await ask(client);

    expect(source.polls).toBe(2);
  });

  it('goes on with the last known flags while the source is away, and says when they are old', async () => {
    const { source, clock, told, start } = setUp();
    source.deploy(deployed({ variant: 'on' }));
    const client = await start();
    source.goAway();

    clock.advance(60);
    const young = await ask(client);
    await settled();
    clock.advance(300);
    const old = await ask(client);
    await settled();

    expect([young, old].map(({ value, reason }) => [value, reason])).toEqual([
      [true, 'STATIC'],
      [true, 'STALE'],
    ]);
    expect(told).toEqual(['changed', 'missed', 'missed', 'stale 360']);
    expect(client.providerStatus).toBe('STALE');
  });

  it('does not ring for one failure after an idle hour: the poll may have stood still with its process', async () => {
    const { source, clock, told, start } = setUp();
    source.deploy(deployed({ variant: 'on' }));
    const client = await start();
    source.goAway();
    clock.advance(3600);
    await ask(client);
    await settled();
    source.comeBack();
    clock.advance(15);
    await ask(client);
    await settled();

    expect(told).toEqual(['changed', 'missed']);
    expect(await ask(client)).toMatchObject({ value: true, reason: 'STATIC' });
  });

  it('is fresh again as soon as the source answers', async () => {
    const { source, clock, told, start } = setUp();
    source.deploy(deployed({ variant: 'on' }));
    const client = await start();
    source.goAway();
    for (const seconds of [15, 300]) {
      clock.advance(seconds);
      await ask(client);
      await settled();
    }
    expect(client.providerStatus).toBe('STALE');
    source.comeBack();
    clock.advance(15);
    await ask(client);
    await settled();

    expect(await ask(client)).toMatchObject({ value: true, reason: 'STATIC' });
    expect(told.at(-1)).toBe('fresh');
    expect(client.providerStatus).toBe('READY');
  });

  it('answers the default in code when it has never heard of flags, and the flags once it has', async () => {
    const { source, clock, told, start } = setUp();
    source.goAway();
    const client = await start();

    const before = await ask(client);
    clock.advance(15);
    await ask(client);
    await settled();
    expect(told).toEqual(['missed', 'missed', 'stale undefined']);
    source.comeBack();
    source.deploy(deployed({ variant: 'on' }));
    clock.advance(15);
    await ask(client);
    await settled();
    const after = await ask(client);

    expect(before).toMatchObject({ value: false, reason: 'ERROR', errorCode: 'PROVIDER_NOT_READY' });
    expect(after).toMatchObject({ value: true, reason: 'STATIC' });
    expect(client.providerStatus).toBe('READY');
  });

  it('does not wait for ever for the first flags', async () => {
    const { source, start } = setUp();
    source.hold();

    const client = await start();

    expect(await ask(client)).toMatchObject({ value: false, reason: 'ERROR' });
  });

  it('keeps the flags that it has when it cannot read those that are deployed, and says that they are old', async () => {
    const { source, clock, told, start } = setUp();
    source.deploy(deployed({ variant: 'on' }));
    const client = await start();
    source.deploy('{"version": 2}');
    clock.advance(15);
    await ask(client);
    await settled();

    expect(await ask(client)).toMatchObject({ value: true, reason: 'STALE' });
    expect(told).toEqual(['changed', 'refused']);
  });

  it('says at each poll that it cannot read those that are deployed, until it can', async () => {
    const { source, clock, told, start } = setUp();
    const client = await start();
    const poll = async () => {
      clock.advance(15);
      await ask(client);
      await settled();
    };
    source.deploy('{"version": 2}');

    for (let polls = 1; polls <= 3; polls += 1) await poll();
    expect(told).toEqual(['refused', 'refused', 'refused']);

    source.deploy(deployed({ variant: 'on' }));
    for (let polls = 1; polls <= 2; polls += 1) await poll();
    expect(told.slice(3)).toEqual(['changed']);
  });

  it('tells OpenFeature which flags have changed', async () => {
    const { source, clock, start } = setUp();
    source.deploy(deployed({ variant: 'off' }));
    const client = await start();
    const changes: (readonly string[] | undefined)[] = [];
    client.addHandler(ProviderEvents.ConfigurationChanged, (details) => {
      changes.push(details?.flagsChanged);
    });
    source.deploy(deployed({ variant: 'on' }));
    clock.advance(15);
    await ask(client);
    await settled();

    expect(changes).toEqual([['express']]);
  });

  it.each([
    ['a flag that is not there', (client: Client) => client.getBooleanDetails('other', true), true, 'FLAG_NOT_FOUND'],
    ['a flag of another type', (client: Client) => client.getStringDetails('express', 'x'), 'x', 'TYPE_MISMATCH'],
    ['an object', (client: Client) => client.getObjectDetails('express', { a: 1 }), { a: 1 }, 'TYPE_MISMATCH'],
  ])('answers the default for %s', async (_what, askFor, value, errorCode) => {
    const { source, start } = setUp();
    source.deploy(deployed({ variant: 'on' }));
    const client = await start();

    expect(await askFor(client)).toMatchObject({ value, reason: 'ERROR', errorCode });
  });
});

describe('flags as code asks for them', () => {
  it('are of the type of their default', async () => {
    const { source, provider } = setUp();
    const state = { variant: 'b' };
    const flags = {
      yes: { type: 'boolean', variants: { b: true }, state },
      many: { type: 'number', variants: { b: 7 }, state },
      word: { type: 'string', variants: { b: 'seven' }, state },
    };
    source.deploy(JSON.stringify({ version: 1, flags }));
    const port = new OpenFeatureFlags(provider, provider.initialize());

    const values = [
      await port.valueFor({ key: 'yes', default: false }, 'client-1'),
      await port.valueFor({ key: 'many', default: 1 }, 'client-1'),
      await port.valueFor({ key: 'word', default: 'one' }, 'client-1'),
    ];

    expect(values).toEqual([true, 7, 'seven']);
  });
});
