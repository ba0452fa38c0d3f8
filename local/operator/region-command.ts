import { parseArgs } from 'node:util';
import { messageOf } from '../message-of';

/** What an operator asks about regions. */
export type RegionCommand =
  | { readonly kind: 'status' }
  | {
      readonly kind: 'evacuate';
      readonly region: string;
      readonly lossDeclared: boolean;
      readonly reason: string;
      /** @default the first other region that is in service */
      readonly successor?: string;
    }
  | { readonly kind: 'return'; readonly region: string }
  | { readonly kind: 'reopen'; readonly region: string; readonly lost: string; readonly reason: string }
  | { readonly kind: 'help' }
  | { readonly kind: 'mistake'; readonly explanation: string };

/** A command, and the stage that it is about. */
export interface RegionRequest {
  readonly command: RegionCommand;
  /** @default 'local' */
  readonly stage: string;
}

/** Shown for `--help` and after a mistake. */
export const REGION_USAGE = `usage: npm run region -- <command> [--stage local|dev|prod]

  status                    which regions may write, until when, and what is known of them where
  evacuate <region> --reason "<why>"
                            fence the region, wait until it is quiet, and take over its events and orders
    --successor <region>      who takes over (default: the first other region that is in service)
    --declare-loss            the region cannot be asked: wait until its lease has run out; what it has not replicated is
                              lost until it returns. Make sure that it is dead, or out of its clients' reach: a region that is
                              alive and reaches no other one writes on, and there would be two histories
  return <region>           let an evacuated region back in: take over what came late, compare and repair, lift its fence
  reopen <region> --declare-loss-of <other> --reason "<why>"
                            no region is left that could let it in: fence the other one, and open this one without it.
                              Make sure that the other one is dead, or out of its clients' reach

All may be started again at any time. Ctrl-C ends the watching, not the work.
The local stage is found where npm start runs it, or at AWS_ENDPOINT_URL. The others are on AWS, with your own credentials.
`;

const stages = ['local', 'dev', 'prod'] as const;

const options = {
  stage: { type: 'string' },
  help: { type: 'boolean' },
  successor: { type: 'string' },
  reason: { type: 'string' },
  'declare-loss': { type: 'boolean' },
  'declare-loss-of': { type: 'string' },
} as const;

interface Details {
  readonly successor?: string;
  readonly reason?: string;
  readonly 'declare-loss'?: boolean;
  readonly 'declare-loss-of'?: string;
}

const mistake = (explanation: string): RegionCommand => ({ kind: 'mistake', explanation });

const evacuationOf = (region: string | undefined, details: Details): RegionCommand => {
  const usage = 'evacuate <region> --reason "<why>"';
  if (region === undefined) return mistake(`which region? ${usage}`);
  const { successor, reason = '', 'declare-loss': lossDeclared = false, 'declare-loss-of': lost } = details;
  if (lost !== undefined) return mistake('evacuate takes no --declare-loss-of');
  if (reason.trim() === '') return mistake(`why? it is kept with the fence: ${usage}`);
  if (successor === region)
    return mistake(`${region} cannot take over from itself; expected another region after --successor`);
  return { kind: 'evacuate', region, lossDeclared, reason, ...(successor !== undefined && { successor }) };
};

const reopeningOf = (region: string | undefined, details: Details): RegionCommand => {
  const usage = 'reopen <region> --declare-loss-of <other> --reason "<why>"';
  const { reason = '', 'declare-loss-of': lost, ...stray } = details;
  const [unknown] = Object.keys(stray);
  if (unknown !== undefined) return mistake(`reopen takes no --${unknown}`);
  if (region === undefined) return mistake(`which region? ${usage}`);
  if (lost === undefined) return mistake(`which region is lost? ${usage}`);
  if (lost === region) return mistake(`${region} is to be opened; expected another region after --declare-loss-of`);
  if (reason.trim() === '') return mistake(`why? it is kept with the fence: ${usage}`);
  return { kind: 'reopen', region, lost, reason };
};

const commandOf = (words: readonly string[], details: Details): RegionCommand => {
  const [verb, region, ...more] = words;
  if (verb === undefined) return { kind: 'help' };
  if (more.length > 0) return mistake(`too much: ${more.join(' ')}`);
  const [stray] = Object.keys(details);
  switch (verb) {
    case 'evacuate':
      return evacuationOf(region, details);
    case 'status':
      if (stray !== undefined) return mistake(`status takes no --${stray}`);
      return region === undefined ? { kind: 'status' } : mistake(`too much: ${region}`);
    case 'return':
      if (stray !== undefined) return mistake(`return takes no --${stray}`);
      return region === undefined ? mistake('which region? return <region>') : { kind: 'return', region };
    case 'reopen':
      return reopeningOf(region, details);
    default:
      return mistake(`unknown command: ${words.join(' ')}; expected status, evacuate, return or reopen`);
  }
};

/** Reads the command line of `npm run region`. */
export const parseRegionRequest = (words: readonly string[]): RegionRequest => {
  try {
    const { values, positionals } = parseArgs({ args: [...words], options, allowPositionals: true });
    const { stage = 'local', help, ...details } = values;
    if (!stages.some((known) => known === stage))
      return { command: mistake(`no stage ${stage}; there are ${stages.join(', ')}`), stage: 'local' };
    return { command: help === true ? { kind: 'help' } : commandOf(positionals, details), stage };
  } catch (error) {
    const explanation = messageOf(error);
    return { command: mistake(explanation), stage: 'local' };
  }
};
