import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sourceDigest } from '../../../local/deployment/source-digest';
import { StackOutputs, stackPrefix } from '../../../local/deployment/stack-outputs';
import { exclusively } from '../../../local/exclusive';
import { LocalCloudError } from '../../../local/local.errors';
import { runProgram } from '../../../local/terminal/run-program';
import { taskListOn } from '../../../local/terminal/task-list';

const directory = mkdtempSync(join(tmpdir(), 'tenfold-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

test('two bring-ups of one checkout follow each other', async () => {
  const happened: string[] = [];
  const work = (name: string) => async (): Promise<void> => {
    happened.push(`${name} begins`);
    await sleep(30);
    happened.push(`${name} ends`);
  };

  const first = exclusively('order', work('first'), directory);
  await sleep(10);
  await Promise.all([first, exclusively('order', work('second'), directory)]);

  expect(happened).toEqual(['first begins', 'first ends', 'second begins', 'second ends']);
});

test('the lock of a process that is gone holds nobody up, and a failure lets go of it', async () => {
  writeFileSync(join(directory, 'stale.lock'), String(2 ** 22 + 1));

  await expect(exclusively('stale', () => Promise.reject(new Error('no luck')), directory)).rejects.toThrow('no luck');
  expect(await exclusively('stale', async () => 'done', directory)).toBe('done');
});

test('a program that fails is reported with the end of its output and a fix', async () => {
  const failing = runProgram({
    purpose: 'deploying the stacks',
    command: process.execPath,
    args: ['-e', 'console.log("first line"); console.error("no bucket"); process.exit(3)'],
    env: process.env,
    log: join(directory, 'program.log'),
    fix: 'bootstrap first',
  });

  await expect(failing).rejects.toThrow(LocalCloudError);
  await expect(failing).rejects.toThrow(/deploying the stacks: .* ended with code 3\n(.*\n)*.*no bucket/);
  await expect(failing).rejects.toMatchObject({ fix: expect.stringContaining('bootstrap first') });
});

test('a program that does not exist is reported, too', async () => {
  const missing = runProgram({
    purpose: 'making the environment',
    command: join(directory, 'nothing'),
    args: [],
    env: {},
    log: join(directory, 'nothing.log'),
    fix: 'install it',
  });

  await expect(missing).rejects.toThrow('could not be started');
});

test('the digest of the sources changes with any of them, and with nothing else', async () => {
  const root = join(directory, 'project');
  mkdirSync(join(root, 'lambdas', 'ordering'), { recursive: true });
  const source = join(root, 'lambdas', 'ordering', 'order.ts');
  writeFileSync(source, 'export const status = 1;');
  const before = await sourceDigest(root);

  writeFileSync(join(root, 'README.md'), 'nothing is deployed from this');
  expect(await sourceDigest(root)).toBe(before);

  writeFileSync(source, 'export const status = 2;');
  expect(await sourceDigest(root)).not.toBe(before);
});

test('an output that is not there is reported with what is', () => {
  const outputs = new StackOutputs(
    stackPrefix('local', 'sa-east-1'),
    new Map([
      ['Identity', new Map([['UserPoolId', 'pool']])],
      ['OrderingData', new Map([['TableName', 'orders']])],
    ]),
  );

  expect(outputs.get('Identity', 'UserPoolId')).toBe('pool');
  expect(outputs.all('TableName')).toEqual(new Map([['OrderingData', 'orders']]));
  expect(() => outputs.get('Identity', 'Url')).toThrow(
    'no output Url of stack Tenfold-Local-sa-east-1-Identity; its outputs are UserPoolId',
  );
  expect(() => outputs.get('GatewayService', 'ApiUrl')).toThrow('the stacks are Identity, OrderingData');
});

test('away from a terminal, tasks are plain lines, and all of those at once are awaited before one’s error is told', async () => {
  const lines: string[] = [];
  const tasks = taskListOn({ write: (text) => lines.push(text.replace(/\d+\.\d s/, 'n s')) });
  let slowEnded = false;

  await tasks.inOrder([{ title: 'deploy', work: async (note) => note('stack 1') }]);
  const together = tasks.together([
    { title: 'fail', work: () => Promise.reject(new Error('broken')) },
    {
      title: 'slow',
      work: async () => {
        await sleep(20);
        slowEnded = true;
      },
    },
  ]);

  await expect(together).rejects.toThrow('broken');
  expect(slowEnded).toBe(true);
  expect(lines.slice(0, 3)).toEqual(['… deploy\n', '  stack 1\n', '✔ deploy (n s)\n']);
  expect(lines).toContain('✖ fail (n s)\n');
});
