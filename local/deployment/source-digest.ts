import { createHash } from 'node:crypto';
import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../paths';

const sources = [
  'bin/**/*.ts',
  'lib/**/*.ts',
  'lambdas/**/*.ts',
  'contracts/**/*',
  // Not the flags, which are deployed by themselves.
  'config/local.json',
  'local/emulator/left-out.ts',
  'cdk.json',
  'package-lock.json',
];

/** A digest of everything that the deployed stacks are made from: the same sources need no second deployment. */
export const sourceDigest = async (root = projectRoot): Promise<string> => {
  const files: string[] = [];
  for await (const entry of glob(sources, { cwd: root, withFileTypes: true }))
    if (entry.isFile()) files.push(join(entry.parentPath, entry.name));
  const digest = createHash('sha256');
  for (const file of files.sort()) digest.update(`${file.slice(root.length)}\0`).update(await readFile(file));
  return digest.digest('hex');
};
