import { parseArgs } from 'node:util';
import { type CaseKind, caseKinds } from '../../lambdas/shared/case-kind';
import { messageOf } from '../message-of';
import type { CaseFilter } from './case-filter';

/** What an operator asks for. */
export type OpsCommand =
  | { readonly kind: 'list-cases' }
  | { readonly kind: 'show-case'; readonly caseId: string; readonly bodies: boolean }
  | { readonly kind: 'redrive-case'; readonly caseId: string }
  | { readonly kind: 'redrive-all'; readonly filter: CaseFilter }
  | {
      readonly kind: 'discard-message';
      readonly caseId: string;
      /** The message that the operator expects to be the first that waits. */
      readonly number: number;
      readonly reason: string;
    }
  | { readonly kind: 'load-catalogue'; readonly file?: string }
  | { readonly kind: 'help' }
  | { readonly kind: 'mistake'; readonly explanation: string };

/** A command, and the deployment that it is about. */
export interface OpsRequest {
  readonly command: OpsCommand;
  /** @default 'local' */
  readonly stage: string;
  /** @default the stage's first region */
  readonly region?: string;
}

/** Shown for `--help` and after a mistake. */
export const OPS_USAGE = `usage: npm run ops -- <command> [--stage local|dev|prod] [--region <region>]

  cases list                what waits for an operator, in all contexts
  cases show <id>           why it was parked, what waits behind it, what was discarded; with --bodies also what the messages say
  cases redrive <id>        try again what failed; the case is closed when it goes through
  cases redrive --all       the same for all open cases, a few at a time; ends with 1 when some stay open
    --consumer <name>         only those of one consumer
    --kind <kind>             only those of one kind: ${caseKinds.join(', ')}
  cases discard <id> --message <number> --reason "<why>"
                            give up the first message that waits, because it can never work; it stays readable in its case
  catalogue load [file]     prices into ordering, first stock of new articles into inventory (default: local/seed/catalogue.json): divided
                            among the regions of the stage, into the pools of all of them, or with --region of that one

The local stage is found where npm start runs it, or at AWS_ENDPOINT_URL. The others are on AWS, with your own credentials.
`;

const stages = ['local', 'dev', 'prod'] as const;

const options = {
  stage: { type: 'string' },
  region: { type: 'string' },
  help: { type: 'boolean' },
  all: { type: 'boolean' },
  bodies: { type: 'boolean' },
  consumer: { type: 'string' },
  kind: { type: 'string' },
  message: { type: 'string' },
  reason: { type: 'string' },
} as const;

/** What options say beside which deployment is meant. */
interface Details {
  readonly all?: boolean;
  readonly bodies?: boolean;
  readonly consumer?: string;
  readonly kind?: string;
  readonly message?: string;
  readonly reason?: string;
}

const takes: { readonly [command: string]: readonly (keyof Details)[] } = {
  'cases show': ['bodies'],
  'cases redrive': ['all', 'consumer', 'kind'],
  'cases discard': ['message', 'reason'],
};

const mistake = (explanation: string): OpsCommand => ({ kind: 'mistake', explanation });

const isCaseKind = (kind: string): kind is CaseKind => caseKinds.some((known) => known === kind);

const redriveOf = (caseId: string | undefined, { all = false, consumer, kind }: Details): OpsCommand => {
  if (all && caseId !== undefined) return mistake(`either one case or all of them: --all and ${caseId}`);
  if (!all) {
    if (consumer !== undefined || kind !== undefined) return mistake('--consumer and --kind go with --all');
    return caseId === undefined
      ? mistake('which case? cases redrive <id>, or cases redrive --all')
      : { kind: 'redrive-case', caseId };
  }
  if (kind !== undefined && !isCaseKind(kind))
    return mistake(`no kind of case: ${kind}; there are ${caseKinds.join(', ')}`);
  return { kind: 'redrive-all', filter: { ...(consumer !== undefined && { consumer }), ...(kind && { kind }) } };
};

const discardOf = (caseId: string | undefined, { message, reason = '' }: Details): OpsCommand => {
  const usage = 'cases discard <id> --message <number> --reason "<why>"';
  if (caseId === undefined) return mistake(`which case? ${usage}`);
  if (message === undefined) return mistake(`which message? "cases show ${caseId}" numbers them: ${usage}`);
  if (!/^[1-9]\d{0,8}$/.test(message)) return mistake(`no number of a message: ${message}; expected 1, 2, 3 …`);
  if (reason.trim() === '') return mistake(`why? it is kept with the message: ${usage}`);
  return { kind: 'discard-message', caseId, number: Number(message), reason };
};

const commandOf = (words: readonly string[], details: Details): OpsCommand => {
  const [topic, verb, subject, ...more] = words;
  if (topic === undefined) return { kind: 'help' };
  if (more.length > 0) return mistake(`too much: ${more.join(' ')}`);
  const name = `${topic} ${verb ?? ''}`.trim();
  const stray = Object.keys(details).find((option) => !takes[name]?.some((known) => known === option));
  if (stray !== undefined) return mistake(`${name} takes no --${stray}`);
  switch (name) {
    case 'cases list':
      return subject === undefined ? { kind: 'list-cases' } : mistake(`too much: ${subject}`);
    case 'cases show':
      return subject === undefined
        ? mistake('which case? cases show <id>')
        : { kind: 'show-case', caseId: subject, bodies: details.bodies ?? false };
    case 'cases redrive':
      return redriveOf(subject, details);
    case 'cases discard':
      return discardOf(subject, details);
    case 'catalogue load':
      return { kind: 'load-catalogue', ...(subject === undefined ? {} : { file: subject }) };
    default:
      return mistake(`unknown command: ${words.join(' ')}`);
  }
};

/** Reads the command line of `npm run ops`. */
export const parseOpsRequest = (words: readonly string[]): OpsRequest => {
  try {
    const { values, positionals } = parseArgs({ args: [...words], options, allowPositionals: true });
    const { stage = 'local', region, help, ...details } = values;
    if (!stages.some((known) => known === stage))
      return { command: mistake(`no stage ${stage}; there are ${stages.join(', ')}`), stage: 'local' };
    const command: OpsCommand = help === true ? { kind: 'help' } : commandOf(positionals, details);
    return { command, stage, ...(region === undefined ? {} : { region }) };
  } catch (error) {
    const explanation = messageOf(error);
    return { command: { kind: 'mistake', explanation }, stage: 'local' };
  }
};
