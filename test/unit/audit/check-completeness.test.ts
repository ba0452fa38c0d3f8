import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { parse } from 'yaml';
import { auditedRoutes } from '../../../lambdas/audit/audited-routes.contract';
import { checkCompleteness } from '../../../lambdas/audit/check-completeness.use-case';
import { CloudWatchGatewayRequests } from '../../../lambdas/audit/cloudwatch-gateway-requests.adapter';
import { type Completeness, type GatewayRequest, minutesToCompare } from '../../../lambdas/audit/completeness';
import { FakeService } from '../shared/fake-service';
import { InMemoryRecordedRequests } from './in-memory-access-watch';

const route = 'GET /v1/orders/{orderId}';
const now = new Date('2026-03-02T13:10:30Z');
const newest = Math.floor(now.getTime() / 60_000) - 4;

const setUp = (arrived: { readonly [minute: number]: readonly GatewayRequest[] }) => {
  const recorded = new InMemoryRecordedRequests();
  const compared: Completeness[] = [];
  let last: number | undefined;
  const check = checkCompleteness({
    gateway: { arrivedIn: async (minute) => arrived[minute] ?? [] },
    recorded,
    minutes: {
      last: async () => last,
      moveTo: async (minute) => {
        last = minute;
      },
    },
    report: { compared: (one) => compared.push(one) },
    clock: { now: () => now },
    auditedRoutes: [route],
  });
  return { check, recorded, compared, comparedTo: (minute: number) => (last = minute) };
};

const answered = (requestId: string, functionStatus?: number, at = route): GatewayRequest => ({
  requestId,
  route: at,
  ...(functionStatus !== undefined && { functionStatus }),
});

test('a request without a record is missing by name, and one with a record of the next minute is not', async () => {
  const { check, recorded } = setUp({ [newest]: [answered('one', 200), answered('two', 200), answered('late', 404)] });
  await recorded.note([
    { requestId: 'one', minute: newest },
    { requestId: 'late', minute: newest + 1 },
  ]);

  expect(await check({})).toEqual([{ minute: newest, expected: 3, missing: { [route]: ['two'] } }]);
});

test('what told nothing needs no record: refused by the gateway, unfit, failed, or of a route without sensitive data', async () => {
  const { check } = setUp({
    [newest]: [
      answered('unauthorized'),
      answered('unfit', 422),
      answered('failed', 503),
      answered('health', 200, 'GET /health'),
    ],
  });

  expect(await check({})).toEqual([{ minute: newest, expected: 0, missing: {} }]);
});

test('two errors do not hide each other: a record of one request does not stand for another', async () => {
  const { check, recorded } = setUp({ [newest]: [answered('asked', 200)] });
  await recorded.note([{ requestId: 'never asked', minute: newest }]);

  expect((await check({}))[0]?.missing).toEqual({ [route]: ['asked'] });
});

test('no minute is left out after a pause, ten of them a run', async () => {
  const { check, comparedTo, compared } = setUp({});
  comparedTo(newest - 13);

  await check({});
  await check({});
  await check({});

  expect(compared.map(({ minute }) => minute)).toEqual(Array.from({ length: 13 }, (_, index) => newest - 12 + index));
  expect(minutesToCompare(now.getTime(), undefined)).toEqual([newest]);
});

test('a minute is compared again for an operator', async () => {
  const minute = Math.floor(Date.parse('2026-03-02T12:00:00Z') / 60_000);
  const { check, recorded } = setUp({ [minute]: [answered('of the backlog', 200)] });
  await recorded.note([{ requestId: 'of the backlog', minute }]);

  expect(await check({ minute: '2026-03-02T12:00:00Z' })).toEqual([{ minute, expected: 1, missing: {} }]);
});

describe('the gateway’s access log', () => {
  const line = (time: number, more: object) =>
    JSON.stringify({
      requestId: 'r',
      time: String(time),
      method: 'GET',
      route: '/v1/orders/{orderId}',
      status: '200',
      ...more,
    });

  test('is read by the minute of the request, and by what cannot be forged by a caller', async () => {
    const at = newest * 60_000;
    const messages = [
      line(at, { functionStatus: '200', userAgent: 'curl' }),
      line(at + 59_999, { requestId: 's', functionStatus: '-' }),
      line(at + 60_000, { requestId: 'next', functionStatus: '200' }),
      line(at, { requestId: 'quoted', functionStatus: '200' }).replace(/}$/, ',"userAgent":""requestId":"x""}'),
      'no line of ours',
    ];
    const service = await FakeService.start(() => ({
      status: 200,
      body: JSON.stringify({ events: messages.map((message) => ({ message, timestamp: at })) }),
    }));
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const client = new CloudWatchLogsClient({ region: 'sa-east-1', endpoint: service.endpoint, credentials });
    const errors: string[] = [];
    const log = { info: jest.fn(), warn: jest.fn(), error: (message: string) => void errors.push(message) };
    const gateway = new CloudWatchGatewayRequests(client, { logGroupName: 'access', log });

    const requests = await gateway.arrivedIn(newest);

    await service.stop();
    expect(requests).toEqual([
      { requestId: 'r', route, atMs: at, functionStatus: 200 },
      { requestId: 's', route, atMs: at + 59_999 },
      { requestId: 'quoted', route, atMs: at, functionStatus: 200 },
    ]);
    expect(errors).toEqual(['line of the access log is unreadable']);
  });
});

test('the audited routes are those of the contract of the API', () => {
  const contract: unknown = parse(readFileSync(join(__dirname, '../../../contracts/openapi/tenfold-v1.yaml'), 'utf8'));
  const { paths } = contract as { readonly paths: { readonly [path: string]: object } };
  const routes = Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );

  expect(routes).toEqual(expect.arrayContaining(Object.keys(auditedRoutes)));
});

test('every contract that declares how accesses are recorded is among the audited routes', () => {
  const lambdas = join(__dirname, '../../../lambdas');
  const declaring = globSync('*/*.contract.ts', { cwd: lambdas }).filter((file) =>
    /\baudit: \{\s*action:/.test(readFileSync(join(lambdas, file), 'utf8')),
  );

  expect(declaring).toHaveLength(Object.keys(auditedRoutes).length);
});
