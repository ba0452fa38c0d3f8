import { parseArgs } from 'node:util';
import { type StageName, stageNames } from '../../lib/app/stage-config';
import { messageOf } from '../message-of';

/** What is asked of the gate. */
export type GateRequest =
  | {
      readonly kind: 'gate';
      /** The deployed stage that the release goes to. @default none: what a commit would serve */
      readonly stage?: StageName;
      /** The commit that is served. @default what the stage's train has recorded, the last tag, the main branch, the last commit: the first that there is */
      readonly against?: string;
      readonly json: boolean;
    }
  | { readonly kind: 'help' }
  | { readonly kind: 'mistake'; readonly explanation: string };

/** Shown for `--help` and after a mistake. */
export const GATE_USAGE = `usage: npm run gate [-- --stage local|dev|prod] [--against <commit>] [--json]

Holds code, flags, schema and contracts of the working tree against each other and against what is served, and says which pair does not fit.

  --stage <stage>      ask the deployed stage, in all its regions, which stored forms the versions it serves read and write,
                       and the log of its train which commits it has
                       (default: none is asked; every stage's phase is held against that of the commit)
  --against <commit>   whose flag uses and contracts are served (default: what the train has recorded, else the last tag, else origin/main,
                       else the last commit)
  --json               the report for programs

Ends with 0 when everything fits, with 1 when something does not or cannot be found out, with 2 when it is called wrongly.
`;

const options = {
  stage: { type: 'string' },
  against: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

const mistake = (explanation: string): GateRequest => ({ kind: 'mistake', explanation });

/** Reads the command line of `npm run gate`. */
export const parseGateRequest = (words: readonly string[]): GateRequest => {
  try {
    const { values } = parseArgs({ args: [...words], options });
    const { stage: named, against, json = false, help = false } = values;
    if (help) return { kind: 'help' };
    const stage = stageNames.find((name) => name === named);
    if (named !== undefined && stage === undefined)
      return mistake(`no stage ${named}; there are ${stageNames.join(', ')}`);
    return { kind: 'gate', json, ...(stage !== undefined && { stage }), ...(against !== undefined && { against }) };
  } catch (error) {
    return mistake(messageOf(error));
  }
};
