import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BundleError, bundleLambdas } from '../../../lib/build/bundle-lambdas';
import { projectRoot } from '../../../lib/build/bundle-paths';
import { functionCode, MissingBundleError } from '../../../lib/build/function-code';

// Inside the project, so that the sources below find the project's packages.
let folder: string;
beforeEach(async () => {
  await mkdir(join(projectRoot, 'dist'), { recursive: true });
  folder = mkdtempSync(join(projectRoot, 'dist', 'test-bundle-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const bundle = async (sources: Readonly<Record<string, string>>, run = 'first') => {
  for (const [name, text] of Object.entries(sources)) {
    await mkdir(join(folder, 'source', name, '..'), { recursive: true });
    writeFileSync(join(folder, 'source', `${name}.lambda.ts`), text);
  }
  const target = join(folder, run);
  const metafile = await bundleLambdas({
    source: join(folder, 'source'),
    target,
    faultyTarget: join(folder, `${run}-faulty`),
  });
  return { metafile, target, faulty: join(folder, `${run}-faulty`) };
};

const reads = `
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));
export const handler = async (event: { id: string }) => client.send(new GetCommand({ TableName: 'table', Key: event }));
`;
const echoes = 'export const handler = async (event: unknown) => ({ echo: event });';

const load = (file: string): Record<string, (...args: readonly unknown[]) => Promise<unknown>> =>
  createRequire(__filename)(file);

/** What a bundle's handler answers with this server in place of AWS; the server is closed. */
const runApart = async (bundled: string, server: Server): Promise<unknown> => {
  const { port } = server.address() as AddressInfo;
  // In a process of its own, as on Lambda: the SDK imports its HTTP handler dynamically, which jest's sandbox refuses.
  const script = `require(${JSON.stringify(bundled)}).handler({ id: 'a' }).then((answer) => console.log(JSON.stringify(answer)))`;
  const env = {
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'key',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_ENDPOINT_URL: `http://localhost:${port}`,
  };
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], { env }).finally(() => {
    server.close();
    server.closeAllConnections();
  });
  return JSON.parse(stdout);
};

describe('bundleLambdas', () => {
  it('makes one index.js for each function, beside one metafile', async () => {
    const { metafile, target } = await bundle({ 'sample/read-item': reads, 'sample/echo-item': echoes });
    expect(Object.keys(metafile.outputs)).toHaveLength(2);
    expect(JSON.parse(readFileSync(join(target, 'meta.json'), 'utf8'))).toEqual(metafile);
    expect(await load(join(target, 'sample/echo-item/index.js'))['handler']?.('hi')).toEqual({ echo: 'hi' });
  });

  it('gives the same bytes on every run', async () => {
    const sources = { 'sample/read-item': reads, 'sample/echo-item': echoes };
    const [first, second] = [await bundle(sources), await bundle(sources, 'second')];
    for (const name of Object.keys(sources)) {
      const file = join(name, 'index.js');
      expect(readFileSync(join(second.target, file))).toEqual(readFileSync(join(first.target, file)));
    }
  });

  it('keeps a DynamoDB function well below the SDK that its shims leave out', async () => {
    const { metafile } = await bundle({ 'sample/read-item': reads });
    expect(Object.values(metafile.outputs)[0]?.bytes).toBeLessThan(190_000);
  });

  it('leaves the SDK able to sign with the credentials of the environment and to retry', async () => {
    const authorizations: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      authorizations.push(request.headers.authorization);
      response.writeHead(authorizations.length === 1 ? 500 : 200, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(JSON.stringify({ Item: { id: { S: 'a' }, count: { N: '3' } } }));
    }).listen(0);
    await once(server, 'listening');
    const { target } = await bundle({ 'sample/read-item': reads });

    const answer = await runApart(join(target, 'sample/read-item/index.js'), server);

    expect(answer).toMatchObject({ Item: { id: 'a', count: 3 } });
    expect(authorizations).toHaveLength(2);
    expect(authorizations[1]).toMatch(/^AWS4-HMAC-SHA256 Credential=key\/\d{8}\/eu-west-1\/dynamodb\/aws4_request/);
  });

  it('refuses what needs more of the event streams than is left of them', async () => {
    const streaming = `import { EventStreamCodec } from '@smithy/core/event-streams'; export const handler = () => new EventStreamCodec();`;
    const failure = bundle({ 'sample/stream-answer': streaming });
    await expect(failure).rejects.toThrow(BundleError);
    await expect(failure).rejects.toThrow(/EventStreamCodec[\s\S]*read the shim/);
  });

  it('takes of a client what its function calls, and nothing of the other operations', async () => {
    const invokes = `
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
export const handler = () => new LambdaClient({}).send(new InvokeCommand({ FunctionName: 'f' }));`;
    const { target } = await bundle({ 'sample/invoke-peer': invokes });
    const text = readFileSync(join(target, 'sample/invoke-peer/index.js'), 'utf8');
    expect(text).toContain('"Invoke"');
    expect(text).not.toMatch(/CreateFunction|EventSourceMapping|InvalidSubnetIDException/);
  });

  it('tells errors apart by class where a function does, and every other one by its name', async () => {
    const fails = `
import { DynamoDBClient, GetItemCommand, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
const client = new DynamoDBClient({ maxAttempts: 1 });
export const handler = async () => {
  const errors = [1, 2].map(() => client.send(new GetItemCommand({ TableName: 't', Key: {} })).catch((error) => error));
  const told = (error) => [error.name, error.message, error.$metadata.httpStatusCode, error instanceof TransactionCanceledException, error.CancellationReasons];
  return (await Promise.all(errors)).map(told).sort();
};`;
    let requests = 0;
    const answers = [
      { __type: 'com.amazonaws.dynamodb.v20120810#ResourceNotFoundException', message: 'no such table' },
      {
        __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException',
        Message: 'cancelled',
        CancellationReasons: [{ Code: 'None' }],
      },
    ];
    const server = createServer((_request, response) => {
      response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(JSON.stringify(answers[requests++]));
    }).listen(0);
    await once(server, 'listening');
    const { target } = await bundle({ 'sample/fail-twice': fails });

    const errors = await runApart(join(target, 'sample/fail-twice/index.js'), server);

    expect(errors).toEqual([
      ['ResourceNotFoundException', 'no such table', 400, false, null],
      ['TransactionCanceledException', 'cancelled', 400, true, [{ Code: 'None' }]],
    ]);
  });

  it('puts the fault injection beside copies of the bundles, and never beside the bundles themselves', async () => {
    const { target, faulty } = await bundle({ 'sample/echo-item': echoes });
    const context = { getRemainingTimeInMillis: () => 3000 };
    const { handler } = load(join(faulty, 'sample/echo-item/faulty.js'));
    const attempt = (number: number, execution = 'order-1') => ({
      step: 'reserve',
      execution,
      attempt: number,
      data: { metadata: { 'fault-reserve': 'error:1' } },
    });
    expect(() => readFileSync(join(target, 'sample/echo-item/faulty.js'))).toThrow('ENOENT');
    await expect(handler?.(attempt(0), context)).rejects.toThrow('before it did anything');
    await expect(handler?.(attempt(1), context)).resolves.toEqual({ echo: attempt(1) });
    await expect(handler?.(attempt(0, 'order-1.c1'), context)).resolves.toBeDefined();
  });
});

describe('functionCode', () => {
  it('says what to do when a function has not been bundled', () => {
    expect(() => functionCode('sample/never-bundled', { faultInjection: false })).toThrow(MissingBundleError);
    expect(() => functionCode('sample/never-bundled', { faultInjection: false })).toThrow(/npm run build/);
  });
});
