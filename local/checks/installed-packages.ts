import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Finding } from './check';

const manifest = z.looseObject({
  dependencies: z.record(z.string(), z.string()).default({}),
  devDependencies: z.record(z.string(), z.string()).default({}),
});
const installed = z.looseObject({ version: z.string() });

const SHOWN = 3;

/** `npm:typescript@7.0.2` and `7.0.2` both want version 7.0.2. */
const versionOf = (wanted: string): string => wanted.slice(wanted.lastIndexOf('@') + 1);

/** Whether node_modules has what package.json pins. */
export const checkInstalledPackages = async (root: string): Promise<Finding> => {
  const { dependencies, devDependencies } = manifest.parse(
    JSON.parse(await readFile(join(root, 'package.json'), 'utf8')),
  );
  const wanted = Object.entries({ ...dependencies, ...devDependencies });
  const wrong: string[] = [];
  for (const [name, range] of wanted) {
    const text = await readFile(join(root, 'node_modules', name, 'package.json'), 'utf8').catch(() => undefined);
    const version = text === undefined ? 'not there' : installed.parse(JSON.parse(text)).version;
    if (version !== versionOf(range)) wrong.push(`${name} is ${version}, wanted ${versionOf(range)}`);
  }
  if (wrong.length === 0) return { state: 'ok', found: `${wanted.length} packages as pinned` };
  const others = wrong.length > SHOWN ? ` and ${wrong.length - SHOWN} more` : '';
  return { state: 'missing', found: `${wrong.slice(0, SHOWN).join('; ')}${others}`, fix: 'npm ci' };
};
