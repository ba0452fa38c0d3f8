import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
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
export const credentials = () => client.config.credentials();
`;
const echoes = 'export const handler = async (event: unknown) => ({ echo: event });';

const load = (file: string): Record<string, (...args: readonly unknown[]) => Promise<unknown>> =>
  createRequire(__filename)(file);

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

  it('keeps a DynamoDB function well below the SDK that its shims leave out, and still finds its credentials', async () => {
    const { metafile, target } = await bundle({ 'sample/read-item': reads });
    const [output] = Object.values(metafile.outputs);
    expect(output?.bytes).toBeLessThan(215_000);
    process.env['AWS_REGION'] = 'eu-west-1';
    process.env['AWS_ACCESS_KEY_ID'] = 'key';
    process.env['AWS_SECRET_ACCESS_KEY'] = 'secret';
    expect(await load(join(target, 'sample/read-item/index.js'))['credentials']?.()).toMatchObject({
      accessKeyId: 'key',
      secretAccessKey: 'secret',
    });
  });

  it('refuses a client that needs the event streams which are left out', async () => {
    const streaming = `import { LambdaClient } from '@aws-sdk/client-lambda'; export const handler = () => new LambdaClient({});`;
    const failure = bundle({ 'sample/stream-answer': streaming });
    await expect(failure).rejects.toThrow(BundleError);
    await expect(failure).rejects.toThrow(/resolveEventStreamSerdeConfig[\s\S]*read the shim/);
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
