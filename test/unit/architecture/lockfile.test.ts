import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Locked {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  /** Comes inside another package, and is covered by that one's digest. */
  readonly inBundle?: boolean;
  readonly optionalDependencies?: { readonly [name: string]: string };
}

const { packages } = JSON.parse(readFileSync(join(__dirname, '../../../package-lock.json'), 'utf8')) as {
  packages: Record<string, Locked>;
};

/** Where Node would look for `name` when the package at `path` asks for it, nearest first. */
const candidates = (path: string, name: string): readonly string[] => {
  const own = `${path}/node_modules/${name}`;
  const parent = path.includes('/node_modules/') ? path.slice(0, path.lastIndexOf('/node_modules/')) : undefined;
  return parent === undefined ? [own, `node_modules/${name}`] : [own, ...candidates(parent, name)];
};

test('the binaries of every platform are locked, without which npm ci refuses the lock on the others', () => {
  // npm install leaves out what a registry does not serve to it, or what an existing node_modules does not hold.
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !candidates(path, name).some((candidate) => candidate in packages),
    ),
  );

  expect(missing).toEqual([]);
});

test('every package is pinned and checked by its digest, also the binaries of other platforms', () => {
  // npm install writes none for what an existing node_modules does not hold.
  const unchecked = Object.entries(packages).filter(
    ([path, { version, integrity, inBundle }]) =>
      path !== '' && (!version || !(integrity?.startsWith('sha512-') || inBundle)),
  );

  expect(unchecked.map(([path]) => path)).toEqual([]);
});

test('no package is tied to the address it was first installed from', () => {
  const tied = Object.entries(packages).filter(([, { resolved }]) => resolved !== undefined);

  expect(tied.map(([path]) => path)).toEqual([]);
});
