import { parseArgs } from 'node:util';
import { type StageName, stageNames } from '../../lib/app/stage-config';
import { messageOf } from '../message-of';

/** What is changed in the file of flags. */
export type FlagsEdit =
  | { readonly kind: 'set'; readonly flag: string; readonly variant: string; readonly client?: string }
  | { readonly kind: 'rollout'; readonly flag: string; readonly percent: number; readonly variant?: string }
  | { readonly kind: 'clear'; readonly flag: string; readonly client?: string };

/** What somebody asks about flags. */
export type FlagsCommand =
  | { readonly kind: 'list' }
  | { readonly kind: 'stale' }
  | { readonly kind: 'deploy'; readonly edit?: FlagsEdit; readonly atOnce: boolean; readonly overwrite: boolean }
  | { readonly kind: 'help' }
  | { readonly kind: 'mistake'; readonly explanation: string };

/** A command, and what it is about. */
export interface FlagsRequest {
  readonly command: FlagsCommand;
  /** @default 'local' */
  readonly stage: StageName;
  /** The only region that is meant. @default all regions of the stage */
  readonly region?: string;
}

/** Shown for `--help` and after a mistake. */
export const FLAGS_USAGE = `usage: npm run flags -- <command> [--stage local|dev|prod] [--region <region>]

  list                      every flag, who gets what in the stage, and which regions have it so
  set <flag> <variant>      everybody gets the variant; a roll-out ends
    --client <id>             this client only, whatever the roll-out says
  rollout <flag> <percent>  this share of the clients gets a variant: those who are in at 10 are in at 20; 0 ends it
    --variant <variant>       which one (default: the one that is rolled out, or the only other one)
  clear <flag>              back to what the flag is by default in every stage
    --client <id>             only forgets what was set for this client
  deploy                    brings what config/flags.json says to every region that has it otherwise
  stale                     flags that are past their day, have everybody on one side, or are read by no code; ends with 1 if there are any

set, rollout and clear edit config/flags.json and deploy it: region by region, each gradually and under alarms. When one is rolled back, all are, and so is
the file. Commit the file afterwards.

All four deploy the whole file. They refuse to when a region serves a flag otherwise than the file had it: pull first, or somebody else's change is undone.

  --at-once                 reach every function at its next poll, stop a deployment that is under way, and let no alarm roll it back: for emergencies
  --overwrite               deploy what the file says whatever regions serve, for example older flags because one was away
  --region <region>         this one only, for example because it was added, or because another one is dark
`;

const options = {
  stage: { type: 'string' },
  region: { type: 'string' },
  help: { type: 'boolean' },
  client: { type: 'string' },
  variant: { type: 'string' },
  'at-once': { type: 'boolean' },
  overwrite: { type: 'boolean' },
} as const;

/** What options say beside which deployment is meant. */
interface Details {
  readonly client?: string;
  readonly variant?: string;
  readonly 'at-once'?: boolean;
  readonly overwrite?: boolean;
}

const takes: { readonly [command: string]: readonly (keyof Details)[] } = {
  set: ['client', 'at-once', 'overwrite'],
  rollout: ['variant', 'at-once', 'overwrite'],
  clear: ['client', 'at-once', 'overwrite'],
  deploy: ['at-once', 'overwrite'],
};

const words: { readonly [command: string]: number } = { list: 0, stale: 0, deploy: 0, clear: 1, set: 2, rollout: 2 };

const mistake = (explanation: string): FlagsCommand => ({ kind: 'mistake', explanation });

const commandOf = (name: string, [flag = '', second = '']: readonly string[], details: Details): FlagsCommand => {
  const { client, variant, 'at-once': atOnce = false, overwrite = false } = details;
  const how = { kind: 'deploy', atOnce, overwrite } as const;
  const forClient = client !== undefined && { client };
  switch (name) {
    case 'set':
      return { ...how, edit: { kind: 'set', flag, variant: second, ...forClient } };
    case 'rollout': {
      const percent = Number(second);
      if (!/^\d{1,3}(\.\d+)?$/.test(second) || percent > 100)
        return mistake(`no percentage: ${second}; expected 0 to 100`);
      return { ...how, edit: { kind: 'rollout', flag, percent, ...(variant !== undefined && { variant }) } };
    }
    case 'clear':
      return { ...how, edit: { kind: 'clear', flag, ...forClient } };
    case 'deploy':
      return how;
    case 'stale':
      return { kind: 'stale' };
    default:
      return { kind: 'list' };
  }
};

const readCommand = ([name, ...rest]: readonly string[], details: Details): FlagsCommand => {
  if (name === undefined) return { kind: 'help' };
  const wanted = words[name];
  if (wanted === undefined) return mistake(`unknown command: ${name}`);
  if (rest.length > wanted) return mistake(`too much: ${rest.slice(wanted).join(' ')}`);
  if (rest.length < wanted)
    return mistake(`${name} ${wanted === 1 ? '<flag>' : name === 'set' ? '<flag> <variant>' : '<flag> <percent>'}`);
  const stray = Object.keys(details).find((option) => !takes[name]?.some((known) => known === option));
  return stray === undefined ? commandOf(name, rest, details) : mistake(`${name} takes no --${stray}`);
};

/** Reads the command line of `npm run flags`. */
export const parseFlagsRequest = (line: readonly string[]): FlagsRequest => {
  try {
    const { values, positionals } = parseArgs({ args: [...line], options, allowPositionals: true });
    const { stage: named = 'local', region, help, ...details } = values;
    const stage = stageNames.find((known) => known === named);
    if (stage === undefined)
      return { command: mistake(`no stage ${named}; there are ${stageNames.join(', ')}`), stage: 'local' };
    const command: FlagsCommand = help === true ? { kind: 'help' } : readCommand(positionals, details);
    return { command, stage, ...(region !== undefined && { region }) };
  } catch (error) {
    return { command: mistake(messageOf(error)), stage: 'local' };
  }
};
