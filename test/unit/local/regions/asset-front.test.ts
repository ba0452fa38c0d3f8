import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { type AskOrigin, askBuckets, OriginTimeoutError, startAssetFront } from '../../../../local/regions/asset-front';
import { DistributionError, distributionIn, type PlayedDistribution } from '../../../../local/regions/distribution';
import type { ModedServer } from '../../../../local/regions/moded-server';

const bucketName = (region: string) => ({
  'Fn::Join': ['', [`assets-${region}.s3.${region}.`, { Ref: 'AWS::URLSuffix' }]],
});
const origin = (Id: string, region: string) => ({
  Id,
  DomainName: bucketName(region),
  ConnectionAttempts: 1,
  ConnectionTimeout: 1,
  S3OriginConfig: { OriginAccessIdentity: '', OriginReadTimeout: 2 },
});
const templateOf = (config: object) => ({
  Resources: {
    Key: { Type: 'AWS::KMS::Key' },
    Distribution: { Type: 'AWS::CloudFront::Distribution', Properties: { DistributionConfig: config } },
  },
});
const withGroup = templateOf({
  DefaultCacheBehavior: { TargetOriginId: 'group', AllowedMethods: ['GET', 'HEAD'] },
  Origins: [origin('one', 'sa-east-1'), origin('two', 'us-east-1')],
  OriginGroups: {
    Items: [
      {
        Id: 'group',
        FailoverCriteria: { StatusCodes: { Items: [403, 404, 503], Quantity: 3 } },
        Members: { Items: [{ OriginId: 'one' }, { OriginId: 'two' }], Quantity: 2 },
      },
    ],
    Quantity: 1,
  },
});

describe('a synthesized distribution', () => {
  test('tells its origins in order, their limits, and when the second is asked', () => {
    expect(distributionIn(withGroup, 'us-east-1')).toEqual({
      origins: ['sa-east-1', 'us-east-1'].map((region) => ({
        bucket: `assets-${region}`,
        region,
        connectionAttempts: 1,
        connectionTimeoutSeconds: 1,
        responseTimeoutSeconds: 2,
      })),
      failoverStatuses: new Set([403, 404, 503]),
      allowedMethods: new Set(['GET', 'HEAD']),
    });
  });

  test("without a group has one origin, with CloudFront's own patience", () => {
    const alone = { Id: 'one', DomainName: bucketName('sa-east-1'), S3OriginConfig: {} };
    const single = templateOf({ DefaultCacheBehavior: { TargetOriginId: 'one' }, Origins: [alone] });

    expect(distributionIn(single, 'us-east-1')).toMatchObject({
      origins: [{ connectionAttempts: 3, connectionTimeoutSeconds: 10, responseTimeoutSeconds: 30 }],
      failoverStatuses: new Set(),
    });
  });

  test('may be absent', () => {
    expect(distributionIn({ Resources: {} }, 'us-east-1')).toBeUndefined();
  });

  test.each([
    ['a bucket whose name AWS gives', { 'Fn::GetAtt': ['Bucket', 'RegionalDomainName'] }],
    ['something that is no bucket', 'www.example.com'],
  ])('of %s cannot be played', (_what, DomainName) => {
    const config = {
      DefaultCacheBehavior: { TargetOriginId: 'one' },
      Origins: [{ Id: 'one', DomainName, S3OriginConfig: {} }],
    };

    expect(() => distributionIn(templateOf(config), 'us-east-1')).toThrow(DistributionError);
  });
});

describe('the asset front', () => {
  const distribution = distributionIn(withGroup, 'us-east-1') as PlayedDistribution;
  let front: ModedServer | undefined;
  const asked: string[] = [];

  /** What each origin answers: a status, or how it fails to. */
  const start = async (answers: Record<string, number | Error>, played = distribution): Promise<string> => {
    await front?.close();
    asked.length = 0;
    const ask: AskOrigin = async ({ region }) => {
      asked.push(region);
      const answer = answers[region] ?? 404;
      if (answer instanceof Error) throw answer;
      return { status: answer, headers: { from: region }, body: Readable.from([`from ${region}`]) };
    };
    front = await startAssetFront(played, ask);
    return front.url;
  };

  afterEach(async () => {
    await front?.close();
    front = undefined;
  });

  const timeout = new OriginTimeoutError('too late');

  test('answers from the first origin while that is well', async () => {
    const response = await fetch(`${await start({ 'sa-east-1': 200 })}/logo.svg`);

    expect(await response.text()).toBe('from sa-east-1');
    expect(asked).toEqual(['sa-east-1']);
  });

  test.each([
    ['answers with a status of the group', 404],
    ['refuses connections', new Error('ECONNREFUSED')],
    ['does not answer in time', timeout],
  ])('asks the second when the first %s', async (_what, answer) => {
    const response = await fetch(`${await start({ 'sa-east-1': answer, 'us-east-1': 200 })}/logo.svg`);

    expect(response.status).toBe(200);
    expect(await response.text()).toBe('from us-east-1');
  });

  test('does not ask the second for a status that is not of the group', async () => {
    const response = await fetch(`${await start({ 'sa-east-1': 500, 'us-east-1': 200 })}/logo.svg`);

    expect(response.status).toBe(500);
    expect(asked).toEqual(['sa-east-1']);
  });

  test('tells what the second said when both fail, or that none answered', async () => {
    expect((await fetch(await start({ 'sa-east-1': 503, 'us-east-1': 403 }))).status).toBe(403);
    expect((await fetch(await start({ 'sa-east-1': timeout, 'us-east-1': timeout }))).status).toBe(504);
  });

  test('connects as often as the distribution says, and waits for an answer once', async () => {
    const patient = {
      ...distribution,
      origins: distribution.origins.map((one) => ({ ...one, connectionAttempts: 3 })),
    };
    await fetch(await start({ 'sa-east-1': new Error('ECONNREFUSED'), 'us-east-1': timeout }, patient));

    expect(asked).toEqual(['sa-east-1', 'sa-east-1', 'sa-east-1', 'us-east-1']);
  });

  test('lets no other method through than the distribution does', async () => {
    const response = await fetch(await start({ 'sa-east-1': 200 }), { method: 'POST', body: 'x' });

    expect(response.status).toBe(403);
    expect(asked).toEqual([]);
  });

  test('answers HEAD without a body', async () => {
    const response = await fetch(await start({ 'sa-east-1': 200 }), { method: 'HEAD' });

    expect(response.status).toBe(200);
    expect(await response.text()).toBe('');
  });
});

describe('the asset front before the buckets of an emulator', () => {
  const distribution = distributionIn(withGroup, 'us-east-1') as PlayedDistribution;
  const impatient = {
    ...distribution,
    origins: distribution.origins.map((one) => ({ ...one, responseTimeoutSeconds: 0.05 })),
  };
  let emulator: Server;
  let front: ModedServer | undefined;
  let answer: (request: IncomingMessage, response: ServerResponse) => void;

  beforeAll(async () => {
    emulator = createServer((request, response) => answer(request, response));
    emulator.listen(0, '127.0.0.1');
    await once(emulator, 'listening');
  });

  afterEach(() => front?.close());

  afterAll(async () => {
    const closed = once(emulator, 'close');
    emulator.close();
    emulator.closeAllConnections();
    await closed;
  });

  const start = async (played = distribution): Promise<string> => {
    front = await startAssetFront(played, askBuckets(`http://127.0.0.1:${(emulator.address() as AddressInfo).port}`));
    return `${front.url}/logo%20a.svg?v=1`;
  };

  test("asks for the object in the bucket's region, and passes on what the browser has to know", async () => {
    answer = ({ url, headers }, response) => {
      expect(url).toBe('/assets-sa-east-1/logo%20a.svg');
      expect(headers).toMatchObject({ range: 'bytes=0-3', authorization: expect.stringContaining('/sa-east-1/s3/') });
      response.writeHead(206, { 'content-type': 'image/svg+xml', 'content-range': 'bytes 0-3/6', 'x-amz-id-2': 'x' });
      response.end('<svg');
    };
    const response = await fetch(await start(), { headers: { range: 'bytes=0-3' } });

    expect(response.status).toBe(206);
    expect(await response.text()).toBe('<svg');
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/svg+xml',
      'content-range': 'bytes 0-3/6',
      'x-tenfold-origin': 'sa-east-1',
    });
    expect(response.headers.get('x-amz-id-2')).toBeNull();
  });

  test.each([
    ['hangs up', (response: ServerResponse) => response.destroy()],
    ['does not answer', () => undefined],
    ['has lost the object', (response: ServerResponse) => response.writeHead(404).end('<Error/>')],
  ])('asks the second bucket when the first %s', async (_what, fail) => {
    answer = ({ url = '' }, response) => {
      if (url.startsWith('/assets-sa-east-1/')) fail(response);
      else response.writeHead(200).end('second');
    };

    expect(await (await fetch(await start(impatient))).text()).toBe('second');
  });

  test('asks for the head alone when the browser does', async () => {
    answer = ({ method }, response) => {
      response.writeHead(method === 'HEAD' ? 200 : 500, { 'content-length': '6' }).end();
    };
    const response = await fetch(await start(), { method: 'HEAD' });

    expect(response.status).toBe(200);
    expect(response.headers.get('content-length')).toBe('6');
  });
});
