/** What `npm run bench` was asked to do. */
export type BenchCommand =
  | { readonly kind: 'help' }
  | { readonly kind: 'list' }
  | {
      readonly kind: 'run';
      /** Empty: all of them. */
      readonly benchmarks: readonly string[];
      /** A missed bar makes the run fail. */
      readonly check: boolean;
    }
  | { readonly kind: 'mistake'; readonly explanation: string };

/** Printed for `--help` and after a mistake. */
export const USAGE = `usage: npm run bench -- [name …] [options]

  name …    which benchmarks to run; all of them when none is named
  --check   exit with 1 when a bar is missed
  --list    the benchmarks and what they compare
  --help    this text

Figures go to bench/out/<name>.json.
`;

/** @param known names of the benchmarks */
export const parseBenchCommand = (words: readonly string[], known: readonly string[]): BenchCommand => {
  if (words.includes('--help')) return { kind: 'help' };
  if (words.includes('--list')) return { kind: 'list' };
  const benchmarks = words.filter((word) => !word.startsWith('--'));
  const option = words.find((word) => word.startsWith('--') && word !== '--check');
  if (option !== undefined) return { kind: 'mistake', explanation: `unknown option ${option}` };
  const unknown = benchmarks.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    return { kind: 'mistake', explanation: `unknown benchmark ${unknown}; known are ${known.join(', ')}` };
  }
  return { kind: 'run', benchmarks, check: words.includes('--check') };
};
