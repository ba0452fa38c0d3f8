import { parseArgs } from 'node:util';
import { type StageName, stageNames } from '../../lib/app/stage-config';
import { messageOf } from '../message-of';
import {
  parseSearchCommand,
  SEARCH_USAGE,
  type SearchCommand,
  type SearchDetails,
  searchOptions,
} from './search-command';

/** What somebody asks of the audit trail. Hours are such as `2026-11-26T20`, in UTC. */
export type AuditCommand =
  | {
      readonly kind: 'verify';
      readonly from?: string;
      readonly to?: string;
      /** The region whose chains are verified in the copies that other regions have. */
      readonly copiesOf?: string;
    }
  | { readonly kind: 'hold' | 'release'; readonly what: string }
  | { readonly kind: 'erase'; readonly customerId: string }
  | { readonly kind: 'help' }
  | SearchCommand;

/** A command, and what it is about. */
export interface AuditRequest {
  readonly command: AuditCommand;
  /** @default 'local' */
  readonly stage: StageName;
  /** The only region whose trail is meant. @default all regions of the stage */
  readonly region?: string;
}

/** Shown for `--help` and after a mistake. */
export const AUDIT_USAGE = `usage: npm run audit -- <command> [--stage local|dev|prod] [--region <region>]

  verify                    reads every object in all its versions, recomputes the chains and compares them with their seals; ends with 1 when
                            something was changed, removed, reordered, cut off or forged
    --from <hour>             chains of this hour and later, such as 2026-11-26T20 (UTC) or a day, 2026-11-26 (default: all that is kept)
    --to <hour>               and of this one and earlier
    --copies-of <region>      the chains of this region, in the copies that the other regions (or --region) have; it need not answer
  hold <prefix or record>   nobody can delete what lies below the prefix, or the objects that have the record (its id), until it is released
  release <prefix or record>  ends a hold; the lock of each object goes on as it was
${SEARCH_USAGE}
  erase --subject <customer id>  destroys the customer's keys in every region, and prints the certificate: no copy of what is sealed can be read again;
                            repeated, it prints the same one

Ends with 3 when a region does not answer; what the others say is shown nevertheless.
All but erase act as the stage's auditor role, which you have to be allowed to assume. What they do is in CloudTrail under your name.
`;

const options = {
  stage: { type: 'string' },
  region: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  'copies-of': { type: 'string' },
  ...searchOptions,
  help: { type: 'boolean' },
} as const;

const mistake = (explanation: string): AuditCommand => ({ kind: 'mistake', explanation });

const dayOrHour = /^\d{4}-\d\d-\d\d(T\d\d)?$/;

type Bounds = Pick<SearchDetails, 'from' | 'to'>;

const verifyOf = ({ from, to }: Bounds, copiesOf: string | undefined): AuditCommand => {
  for (const [name, value] of Object.entries({ from, to })) {
    if (value !== undefined && !dayOrHour.test(value))
      return mistake(`--${name} is ${value}, expected an hour such as 2026-11-26T20, or a day`);
  }
  return {
    kind: 'verify',
    ...(from !== undefined && { from }),
    ...(copiesOf !== undefined && { copiesOf }),
    // A day ends with its last hour.
    ...(to !== undefined && { to: to.includes('T') ? to : `${to}T23` }),
  };
};

const eraseOf = (what: string | undefined, subject: string | undefined): AuditCommand => {
  if (what !== undefined) return mistake(`what is ${what}? erase takes --subject`);
  if (subject === undefined) return mistake('erase whom? --subject takes the id of a customer');
  return { kind: 'erase', customerId: subject };
};

const commandOf = (
  words: readonly string[],
  details: SearchDetails,
  copiesOf: string | undefined,
  now: Date,
): AuditCommand => {
  const [name = '', what, ...more] = words;
  if (more.length > 0) return mistake(`what is ${more.join(' ')}? ${name} takes one word`);
  if (copiesOf !== undefined && name !== 'verify') return mistake('--copies-of goes with verify');
  if (name === 'search' || name === 'export')
    return what === undefined
      ? parseSearchCommand(name, details, now)
      : mistake(`what is ${what}? ${name} takes options`);
  const { from, to, subject, ...others } = details;
  const stray = Object.keys(others)[0];
  if (stray !== undefined) return mistake(`--${stray} goes with search and export`);
  const bounds: Bounds = { from, to };
  const isBounded = bounds.from !== undefined || bounds.to !== undefined;
  if (subject !== undefined && name !== 'erase') return mistake(`--subject is for erase, and not for ${name}`);
  switch (name) {
    case 'erase':
      return isBounded ? mistake('erase takes neither --from nor --to') : eraseOf(what, subject);
    case 'verify':
      return what === undefined ? verifyOf(bounds, copiesOf) : mistake(`what is ${what}? verify takes --from and --to`);
    case 'hold':
    case 'release':
      if (isBounded) return mistake(`${name} takes neither --from nor --to`);
      return what === undefined
        ? mistake(`${name} what? a prefix of keys, or the id of a record`)
        : { kind: name, what };
    case '':
      return { kind: 'help' };
    default:
      return mistake(`what is ${name}? expected verify, hold, release, search, export or erase`);
  }
};

/** Reads the command line of `npm run audit`. */
export const parseAuditRequest = (words: readonly string[], now = new Date()): AuditRequest => {
  try {
    const { values, positionals } = parseArgs({ args: [...words], options, allowPositionals: true });
    const { stage: name = 'local', region, help = false, 'copies-of': copiesOf, ...details } = values;
    const stage = stageNames.find((known) => known === name);
    if (stage === undefined)
      return { stage: 'local', command: mistake(`--stage is ${name}, expected one of ${stageNames.join(', ')}`) };
    const command: AuditCommand = help ? { kind: 'help' } : commandOf(positionals, details, copiesOf, now);
    return { command, stage, ...(region !== undefined && { region }) };
  } catch (error) {
    return { stage: 'local', command: mistake(messageOf(error)) };
  }
};
