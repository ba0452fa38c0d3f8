import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { mutate } from '../../../drills/harness/mutation';
import { taskListProgress } from '../../../drills/harness/progress';
import { parseProcesses, workersOf } from '../../../drills/harness/worker-processes';
import { zip } from '../../../drills/harness/zip';

describe('zip', () => {
  const entries = [
    { name: 'index.js', content: Buffer.from('exports.handler = 1;\n'.repeat(500)) },
    { name: 'nested/faulty.js', content: Buffer.from('ä') },
  ];

  it('makes an archive that other programs read', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'zip-'));
    try {
      await writeFile(join(directory, 'a.zip'), zip(entries));
      const check =
        'import sys,zipfile;z=zipfile.ZipFile(sys.argv[1]);print(z.testzip(),[(i.filename,i.file_size,oct(i.external_attr>>16)) for i in z.infolist()])';
      const { stdout } = await promisify(execFile)('python3', ['-c', check, join(directory, 'a.zip')]);
      expect(stdout.trim()).toBe("None [('index.js', 10500, '0o100644'), ('nested/faulty.js', 2, '0o100644')]");
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it('makes equal bytes from equal content', () => expect(zip(entries).equals(zip(entries))).toBe(true));
});

describe('mutation', () => {
  const mutation = { file: 'a.ts', find: 'if (handled) return;', replacement: '' };

  it('takes the text out', () => expect(mutate('x(); if (handled) return; y();', mutation)).toBe('x();  y();'));

  it.each(['x();', 'if (handled) return; if (handled) return;'])('refuses a source that has moved on: %s', (source) =>
    expect(() => mutate(source, mutation)).toThrow(/expected the text once in a.ts, found it [02] times/),
  );
});

describe('workers of a function', () => {
  const listing = `
    1     0 /sbin/init
   10     1 python3 ministack
   20    10 node /x/ministack-lambda-Charge-1-abc/_worker.js
   21    10 node /x/ministack-lambda-Refund-1-abc/_worker.js
   30     1 python3 ministack
   31    30 node /y/ministack-lambda-Charge-1-def/_worker.js
   40    10 sh -c wrapper
   41    40 node /x/ministack-lambda-Charge-1-ghi/_worker.js`;

  it('are found below the given emulator only, at any depth', () =>
    expect(workersOf(parseProcesses(listing), 'Charge-1', 10).map(({ pid }) => pid)).toEqual([20, 41]));
});

describe('progress', () => {
  const watch = (isTTY: boolean) => {
    let now = 0;
    const written: string[] = [];
    const progress = taskListProgress({ isTTY, write: (text) => written.push(text) }, () => now);
    return { progress, written, at: (milliseconds: number) => (now = milliseconds) };
  };

  it('writes plain lines, not more than one in ten seconds, where there is no terminal', () => {
    const { progress, written, at } = watch(false);
    progress.phase('send');
    at(500);
    progress.update('1 of 3');
    at(10_500);
    progress.update('2 of 3');
    at(11_000);
    progress.update('3 of 3');
    progress.end();
    expect(written).toEqual(['  … send: 2 of 3\n', '  ✔ send: 3 of 3 (11.0 s)\n']);
  });

  it('rewrites one line on a terminal', () => {
    const { progress, written } = watch(true);
    progress.phase('send');
    progress.update('1 of 3');
    progress.end();
    expect(written.join('')).toContain('\r\u001b[2K  … send: 1 of 3');
    expect(written.at(-1)).toBe('  ✔ send: 1 of 3 (0.0 s)\n');
  });
});
