import { parseArgs } from 'node:util';
import { type StageName, stageNames } from '../../lib/app/stage-config';
import { messageOf } from '../message-of';
import type { TrainStep } from './promote-train';

/** What somebody asks of a release. */
export type ReleaseCommand =
  | { readonly kind: 'plan' }
  | { readonly kind: 'status' }
  | {
      readonly kind: 'promote';
      readonly despiteAlarms: boolean;
      /** The wave that goes before the other regions', as it is sent back. @default in the order of the stage */
      readonly back?: string;
      /** The only step that is to be taken. @default all of them, in order */
      readonly step?: TrainStep;
      /** Whose train it is. @default a new one */
      readonly train?: string;
      /** The commit that it brings. @default what git says of these sources */
      readonly revision?: string;
    }
  | { readonly kind: 'abort'; readonly reason: string }
  | { readonly kind: 'help' }
  | { readonly kind: 'mistake'; readonly explanation: string };

/** A command, and what it is about. */
export interface ReleaseRequest {
  readonly command: ReleaseCommand;
  /** @default 'local' */
  readonly stage: StageName;
  /** Where the stage was synthesized to, by somebody else. @default it is synthesized now */
  readonly assembly?: string;
}

/** Shown for `--help` and after a mistake. */
export const RELEASE_USAGE = `usage: npm run release -- <command> [--stage local|dev|prod]

  plan                      the waves, their stacks, and which of these would change
  promote                   take the release through all waves: each is deployed and bakes before the next one begins.
                            Started again, it goes on where it stood
    --despite-alarms          what rings already is not held against the release; what begins to ring is
    --back <wave>             this wave before those of other regions: to send it back to an older commit, which is checked out
  status                    where the train is, and each region: what it has, rollouts, what is wrong
  abort --reason "<why>"    no further wave begins, and rollouts that are under way go back; also for a train that nobody drives any more

One step at a time, for pipelines:

  deploy <wave> --train <id>  deploy one wave; the waves before it have to have baked
  bake <wave> --train <id>    watch the regions of one wave, and end with 1 when something is wrong
    --train <id>                whose steps they are: the id of the pipeline's execution
    --revision <commit>         id of the sources' commit, when they come without their history
    --assembly <directory>      do not synthesize: cdk synth has done so

The local stage is found where npm start runs it, or at AWS_ENDPOINT_URL. The others are on AWS, with your own credentials.
`;

const options = {
  stage: { type: 'string' },
  assembly: { type: 'string' },
  help: { type: 'boolean' },
  'despite-alarms': { type: 'boolean' },
  back: { type: 'string' },
  reason: { type: 'string' },
  train: { type: 'string' },
  revision: { type: 'string' },
} as const;

/** What options say beside the stage. */
interface Details {
  readonly 'despite-alarms'?: boolean;
  readonly back?: string;
  readonly reason?: string;
  readonly train?: string;
  readonly revision?: string;
}

const takes: { readonly [command: string]: readonly (keyof Details)[] } = {
  plan: [],
  status: [],
  promote: ['despite-alarms', 'back'],
  abort: ['reason'],
  deploy: ['despite-alarms', 'train', 'revision'],
  bake: ['despite-alarms', 'train', 'revision'],
};

const mistake = (explanation: string): ReleaseCommand => ({ kind: 'mistake', explanation });

const stepOf = (kind: TrainStep['kind'], wave: string | undefined, details: Details): ReleaseCommand => {
  const { 'despite-alarms': despiteAlarms = false, train, revision } = details;
  if (wave === undefined) return mistake(`which wave? ${kind} <wave>; "plan" shows them`);
  if (train === undefined || train === '') return mistake(`whose step is it? ${kind} ${wave} --train <id>`);
  const called = revision !== undefined && { revision };
  return { kind: 'promote', despiteAlarms, step: { kind, wave }, train, ...called };
};

const commandOf = ([name, wave, ...more]: readonly string[], details: Details): ReleaseCommand => {
  if (name === undefined) return { kind: 'help' };
  const known = takes[name];
  if (known === undefined) return mistake(`unknown command: ${name}; expected ${Object.keys(takes).join(', ')}`);
  const stray = Object.keys(details).find((option) => !known.some((taken) => taken === option));
  if (stray !== undefined) return mistake(`${name} takes no --${stray}`);
  const isStep = name === 'deploy' || name === 'bake';
  const tooMuch = isStep ? more : [wave, ...more].filter((word) => word !== undefined);
  if (tooMuch.length > 0) return mistake(`too much: ${tooMuch.join(' ')}`);
  if (isStep) return stepOf(name, wave, details);
  switch (name) {
    case 'promote': {
      const { 'despite-alarms': despiteAlarms = false, back } = details;
      return { kind: 'promote', despiteAlarms, ...(back !== undefined && { back }) };
    }
    case 'abort': {
      const { reason = '' } = details;
      if (reason.trim() === '') return mistake('why? it is kept with the train: abort --reason "<why>"');
      return { kind: 'abort', reason };
    }
    case 'status':
      return { kind: 'status' };
    default:
      return { kind: 'plan' };
  }
};

/** Reads the command line of `npm run release`. */
export const parseReleaseRequest = (line: readonly string[]): ReleaseRequest => {
  try {
    const { values, positionals } = parseArgs({ args: [...line], options, allowPositionals: true });
    const { stage: named = 'local', assembly, help, ...details } = values;
    const stage = stageNames.find((known) => known === named);
    if (stage === undefined)
      return { command: mistake(`no stage ${named}; there are ${stageNames.join(', ')}`), stage: 'local' };
    const command: ReleaseCommand = help === true ? { kind: 'help' } : commandOf(positionals, details);
    return { command, stage, ...(assembly !== undefined && { assembly }) };
  } catch (error) {
    return { command: mistake(messageOf(error)), stage: 'local' };
  }
};
