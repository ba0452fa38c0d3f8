import * as fc from 'fast-check';
import { checkHealthEnv, regionInService } from '../../../lambdas/edge/check-health.contract';
import { checkHealth, patienceMilliseconds } from '../../../lambdas/edge/check-health.use-case';
import { checkHealthAnswer } from '../../../lambdas/edge/check-health-answer';
import { decideHealth, type Finding } from '../../../lambdas/edge/region-health';
import { apiRoute } from '../../../lambdas/shared/api-route';
import { InMemoryRegionGate } from '../../../lambdas/shared/in-memory-region-gate.adapter';
import { EnvironmentError, readEnv } from '../../../lambdas/shared/read-env';
import type { RegionGate } from '../../../lambdas/shared/region-gate.port';
import type { Timer } from '../../../lambdas/shared/timer.port';
import { recordingLog } from '../shared/messages';
import { fenceOf, leaseOf } from '../shared/region-records';

const region = 'sa-east-1';
const clock = { now: () => new Date('2026-11-23T08:00:00.000Z') };
const never = new Promise<never>(() => undefined);
const patient: Timer = { after: () => never };
const impatient: Timer = { after: async () => undefined };
const knownTopic = { assertKnown: async () => undefined };

const gate = (records: Partial<Parameters<InMemoryRegionGate['records']['set']>[1]> = {}): RegionGate => {
  const made = new InMemoryRegionGate({ region, clock });
  made.records.set(region, records);
  return made;
};
const gateThat = (assertActive: () => Promise<void>): RegionGate => ({ ...gate(), assertActive });

const active = { lease: leaseOf(region, '2026-11-23T08:05:00.000Z') };

describe('the health of a region', () => {
  const findings: fc.Arbitrary<readonly Finding[]> = fc.array(
    fc.record({
      about: fc.string(),
      kind: fc.constantFrom<Finding['kind']>('well', 'fenced', 'lease-expired', 'unreachable', 'late'),
    }),
    { minLength: 1 },
  );

  it('is in service exactly when everything is well', () => {
    fc.assert(
      fc.property(findings, (found) => {
        const allWell = found.every(({ kind }) => kind === 'well');
        expect(decideHealth(found).kind).toBe(allWell ? 'in-service' : 'out-of-service');
      }),
    );
  });

  it('names everything that is not well, and nothing that is', () => {
    fc.assert(
      fc.property(findings, (found) => {
        const health = decideHealth(found);
        const because = health.kind === 'out-of-service' ? health.because : [];
        expect(because).toEqual(found.filter(({ kind }) => kind !== 'well'));
      }),
    );
  });

  it('is not believed in without having looked at anything', () => {
    expect(decideHealth([])).toEqual({ kind: 'out-of-service', because: [] });
  });
});

describe('check-health', () => {
  const check = (more: Partial<Parameters<typeof checkHealth>[0]> = {}) => {
    const log = recordingLog();
    const gates = { ordering: gate(active), inventory: gate(active) };
    return { log, health: checkHealth({ gates, topic: knownTopic, timer: patient, log, ...more })() };
  };

  it('finds the region in service when every table may be written and the topic is known', async () => {
    const { health, log } = check();
    expect(await health).toEqual({ kind: 'in-service', checked: ['ordering table', 'inventory table', 'event topic'] });
    expect(log.lines).toEqual([]);
  });

  it('finds it out of service when one table says that it is fenced', async () => {
    const gates = { ordering: gate(active), inventory: gate({ ...active, fence: fenceOf(region, 'us-east-1') }) };
    const { health, log } = check({ gates });
    expect(await health).toEqual({
      kind: 'out-of-service',
      because: [{ about: 'inventory table', kind: 'fenced' }],
    });
    expect(log.lines.map(({ level, message }) => `${level} ${message}`)).toEqual(['warn region out of service']);
  });

  it('finds it out of service when its lease has run out', async () => {
    const gates = { ordering: gate({ lease: leaseOf(region, '2026-11-23T07:59:00.000Z') }) };
    expect(await check({ gates }).health).toMatchObject({
      because: [{ about: 'ordering table', kind: 'lease-expired' }],
    });
  });

  it('finds a table out of reach, and tells the operator why', async () => {
    const cause = new Error('no such table');
    const gates = { ordering: gateThat(() => Promise.reject(cause)), inventory: gate(active) };
    const { health, log } = check({ gates });
    expect(await health).toMatchObject({ because: [{ about: 'ordering table', kind: 'unreachable' }] });
    expect(log.lines[0]).toMatchObject({ message: 'dependency unreachable', details: { error: cause } });
  });

  it('finds a topic that is gone', async () => {
    const topic = { assertKnown: () => Promise.reject(new Error('topic does not exist')) };
    expect(await check({ topic }).health).toMatchObject({ because: [{ about: 'event topic', kind: 'unreachable' }] });
  });

  it('does not wait for what does not answer in time', async () => {
    const gates = { ordering: gateThat(() => never), inventory: gateThat(() => never) };
    const topic = { assertKnown: () => never };
    expect(await check({ gates, topic, timer: impatient }).health).toEqual({
      kind: 'out-of-service',
      because: ['ordering table', 'inventory table', 'event topic'].map((about) => ({ about, kind: 'late' })),
    });
  });

  it('waits for all of them together no longer than a second, so that a checker that waits for two hears of it', async () => {
    const waits: number[] = [];
    const timer: Timer = {
      after: (milliseconds) => {
        waits.push(milliseconds);
        return never;
      },
    };
    await check({ timer }).health;
    expect(waits).toEqual([patienceMilliseconds]);
    expect(patienceMilliseconds).toBeLessThanOrEqual(1_000);
  });
});

describe('GET /health', () => {
  const event = { httpMethod: 'GET', resource: '/health', headers: {}, requestContext: { requestId: 'request-1' } };
  const schemas = { order: { reads: [1, 2], writes: 2 } };
  const answerTo = (health: ReturnType<typeof decideHealth>) =>
    apiRoute({ success: regionInService }, async () => checkHealthAnswer({ region, version: '12', schemas }, health), {
      log: recordingLog(),
    })(event as never);

  it('answers 200 with its version, the stored forms of its release, and what was looked at', async () => {
    const { statusCode, body } = await answerTo({ kind: 'in-service', checked: ['ordering table'] });
    expect(statusCode).toBe(200);
    const checked = ['ordering table'];
    expect(JSON.parse(body)).toEqual({ region, status: 'in-service', version: '12', schemas, checked });
  });

  it('answers 503 with everything that is not well, uncached, and when to ask again', async () => {
    const { statusCode, headers, body } = await answerTo({
      kind: 'out-of-service',
      because: [
        { about: 'ordering table', kind: 'fenced' },
        { about: 'event topic', kind: 'late' },
      ],
    });
    expect(statusCode).toBe(503);
    expect(headers).toMatchObject({ 'retry-after': '10', 'cache-control': 'no-store' });
    expect(JSON.parse(body)).toMatchObject({
      type: 'urn:tenfold:problem:region-out-of-service',
      errors: [
        { field: 'ordering table', value: 'fenced', expected: 'well' },
        { field: 'event topic', value: 'late', expected: 'well' },
      ],
    });
  });
});

describe('the environment of check-health', () => {
  const environment = {
    AWS_REGION: region,
    AWS_LAMBDA_FUNCTION_VERSION: '12',
    CONTEXT_TABLES: '{"ordering":"tenfold-prod-ordering"}',
    ENTITY_SCHEMAS: '{"order":{"reads":[1,2],"writes":2}}',
    EVENTS_TOPIC_ARN: 'arn:aws:sns:sa-east-1:000000000000:Events.fifo',
    POWERTOOLS_LOG_LEVEL: 'WARN',
  };

  it('names a table for each context, and the forms in which entities are stored', () => {
    expect(readEnv(checkHealthEnv, environment)).toMatchObject({
      CONTEXT_TABLES: { ordering: 'tenfold-prod-ordering' },
      ENTITY_SCHEMAS: { order: { reads: [1, 2], writes: 2 } },
    });
  });

  it.each(['', '[]', '{"order":{"reads":[1],"writes":2}}'])('refuses %j as stored forms', (ENTITY_SCHEMAS) => {
    expect(() => readEnv(checkHealthEnv, { ...environment, ENTITY_SCHEMAS })).toThrow(EnvironmentError);
  });

  it.each(['', '{}', '[]', '{"ordering":1}', 'null'])('refuses %j as tables', (CONTEXT_TABLES) => {
    expect(() => readEnv(checkHealthEnv, { ...environment, CONTEXT_TABLES })).toThrow(EnvironmentError);
  });
});
