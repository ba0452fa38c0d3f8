import { parseArgs } from 'node:util';
import { type SchemaPhase, schemaPhases } from '../../lambdas/shared/schema-phase.contract';
import { stageNames } from '../../lib/app/stage-config';
import { messageOf } from '../message-of';

/** What an operator asks about a change of a stored form. */
export type MigrateCommand =
  | { readonly kind: 'plan'; readonly step?: SchemaPhase }
  | { readonly kind: 'status' }
  | { readonly kind: 'backfill'; readonly writesPerSecond: number }
  | { readonly kind: 'contract' }
  | { readonly kind: 'help' }
  | { readonly kind: 'mistake'; readonly explanation: string };

/** A command, and the stage that it is about. */
export interface MigrateRequest {
  readonly command: MigrateCommand;
  /** @default 'local' */
  readonly stage: string;
}

const [DEFAULT_RATE, MAX_RATE] = [200, 4_000];

/** Shown for `--help` and after a mistake. */
export const MIGRATE_USAGE = `usage: npm run migrate -- <command> [--stage local|dev|prod]

  plan                      where the change of the orders' stored form stands, which step may be taken now, and why not another
    --for expand|cutover|contract
                            ends with 1 when that phase must not be deployed now: for a release's gate;
                            for contract it reads the whole table
  status                    how many orders are stored in an old form, and how far the backfill is; reads the whole table
  backfill                  rewrite orders that are stored in an old form, in every region its own; goes on where it was stopped
    --rate <writes>           at most so many a second and region (default ${DEFAULT_RATE}, at most ${MAX_RATE}); falls by itself when the table throttles
  contract                  prove that nothing needs the old form any more, and set the phase for the next deployment

Ctrl-C ends a backfill after what is under way, a few seconds later; the same command goes on. Nothing is half done at any moment.
The local stage is found where npm start runs it, or at AWS_ENDPOINT_URL. The others are on AWS, with your own credentials.
`;

const options = {
  stage: { type: 'string' },
  help: { type: 'boolean' },
  for: { type: 'string' },
  rate: { type: 'string' },
} as const;

interface Details {
  readonly for?: string;
  readonly rate?: string;
}

const mistake = (explanation: string): MigrateCommand => ({ kind: 'mistake', explanation });

const planOf = (step: string | undefined): MigrateCommand => {
  if (step === undefined) return { kind: 'plan' };
  const phase = schemaPhases.find((known) => known === step);
  return phase === undefined
    ? mistake(`--for ${step}: expected ${schemaPhases.join(', ')}`)
    : { kind: 'plan', step: phase };
};

const backfillOf = (rate: string | undefined): MigrateCommand => {
  const writesPerSecond = rate === undefined ? DEFAULT_RATE : Number(rate);
  if (Number.isInteger(writesPerSecond) && writesPerSecond >= 1 && writesPerSecond <= MAX_RATE)
    return { kind: 'backfill', writesPerSecond };
  return mistake(`--rate ${rate}: expected a whole number of writes a second from 1 to ${MAX_RATE}`);
};

const commandOf = ([verb, ...more]: readonly string[], { for: step, rate, ...none }: Details): MigrateCommand => {
  if (verb === undefined) return { kind: 'help' };
  if (more.length > 0) return mistake(`too much: ${more.join(' ')}`);
  const strays = Object.entries({
    for: verb === 'plan' ? undefined : step,
    rate: verb === 'backfill' ? undefined : rate,
    ...none,
  });
  const [stray] = strays.flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (stray !== undefined) return mistake(`${verb} takes no --${stray}`);
  switch (verb) {
    case 'plan':
      return planOf(step);
    case 'backfill':
      return backfillOf(rate);
    case 'status':
    case 'contract':
      return { kind: verb };
    default:
      return mistake(`unknown command: ${verb}; expected plan, status, backfill or contract`);
  }
};

/** Reads the command line of `npm run migrate`. */
export const parseMigrateRequest = (words: readonly string[]): MigrateRequest => {
  try {
    const { values, positionals } = parseArgs({ args: [...words], options, allowPositionals: true });
    const { stage = 'local', help, ...details } = values;
    if (!stageNames.some((known) => known === stage))
      return { command: mistake(`no stage ${stage}; there are ${stageNames.join(', ')}`), stage: 'local' };
    return { command: help === true ? { kind: 'help' } : commandOf(positionals, details), stage };
  } catch (error) {
    return { command: mistake(messageOf(error)), stage: 'local' };
  }
};
