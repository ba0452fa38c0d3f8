/** What `npm run drill` was asked to do. */
export type DrillCommand =
  | { readonly kind: 'help' }
  | { readonly kind: 'list' }
  | { readonly kind: 'report' }
  | {
      readonly kind: 'run';
      /** Empty: all of them. */
      readonly drills: readonly string[];
      readonly seed?: string;
      readonly target: 'local' | 'aws';
      /** Stage of a deployment on AWS. */
      readonly stage: string;
      /** Absent: the protections stay on. One run for each name, with that one off; commas between them. `'all'`: each protection. */
      readonly sabotage?: string;
      /** Less load, where a drill has a smaller size. */
      readonly isReduced: boolean;
    }
  | { readonly kind: 'mistake'; readonly explanation: string };

/** Printed for `--help` and after a mistake. */
export const USAGE = `usage: npm run drill -- [drill …] [options]

  drill …                 which drills to run; all of them when none is named
  --seed <text>           repeat the load and the faults of an earlier run
  --sabotage [protection] switch a protection off; succeeds when the drill notices (several: with commas between; without a name: each of them in turn)
  --reduced               less load and fewer faults, in the drills that have a smaller size (sabotage runs always have it)
  --target local|aws      where the system is deployed; local brings it up when it is not running (default: local)
  --stage <name>          which stage of a deployment on AWS (default: dev); its region is AWS_REGION
  --list                  the drills, their claims and their protections
  --report                only rebuild drills/out/report.html from the records of earlier runs
  --help                  this text
`;

const mistake = (explanation: string): DrillCommand => ({ kind: 'mistake', explanation });

/**
 * Reads the command line.
 * @param known names of the drills: a word after `--sabotage` that is one of them is a drill, not a protection
 */
export const parseDrillCommand = (words: readonly string[], known: readonly string[]): DrillCommand => {
  const drills: string[] = [];
  let seed: string | undefined;
  let target: 'local' | 'aws' = 'local';
  let stage = 'dev';
  let sabotage: string | undefined;
  let isReduced = false;
  const rest = words.flatMap((word) => {
    const equals = word.startsWith('--') ? word.indexOf('=') : -1;
    return equals === -1 ? [word] : [word.slice(0, equals), word.slice(equals + 1)];
  });
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    switch (word) {
      case '--help':
        return { kind: 'help' };
      case '--list':
        return { kind: 'list' };
      case '--report':
        return { kind: 'report' };
      case '--reduced':
        isReduced = true;
        break;
      case '--seed': {
        const value = rest.shift();
        if (value === undefined || value === '') return mistake('--seed needs a value, for example --seed 42');
        seed = value;
        break;
      }
      case '--target': {
        const value = rest.shift();
        if (value !== 'local' && value !== 'aws') return mistake(`--target is local or aws, not ${value ?? 'nothing'}`);
        target = value;
        break;
      }
      case '--stage': {
        const value = rest.shift();
        if (value === undefined || value === '') return mistake('--stage needs a value, for example --stage dev');
        stage = value;
        break;
      }
      case '--sabotage': {
        const next = rest[0];
        const named = next !== undefined && next !== '' && !next.startsWith('--') && !known.includes(next);
        sabotage = named ? rest.shift() : 'all';
        break;
      }
      default:
        if (word.startsWith('--')) return mistake(`unknown option ${word}`);
        if (!known.includes(word)) return mistake(`unknown drill ${word}; known are ${known.join(', ')}`);
        drills.push(word);
    }
  }
  return {
    kind: 'run',
    drills,
    target,
    stage,
    isReduced,
    ...(seed === undefined ? {} : { seed }),
    ...(sabotage === undefined ? {} : { sabotage }),
  };
};
