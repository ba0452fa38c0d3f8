import { parseArgs } from 'node:util';

/** What an operator asks for. */
export type OpsCommand =
  | { readonly kind: 'list-cases' }
  | { readonly kind: 'show-case'; readonly caseId: string }
  | { readonly kind: 'redrive-case'; readonly caseId: string }
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
  cases show <id>           why it was parked, and what waits behind it
  cases redrive <id>        try again what failed; the case is closed when it goes through
  catalogue load [file]     prices into ordering, first stock of new articles into inventory (default: local/seed/catalogue.json)

The local stage is found where npm start runs it, or at AWS_ENDPOINT_URL. The others are on AWS, with your own credentials.
`;

const commandOf = (words: readonly string[]): OpsCommand => {
  const [topic, verb, subject, ...more] = words;
  const mistake = (explanation: string): OpsCommand => ({ kind: 'mistake', explanation });
  if (topic === undefined) return { kind: 'help' };
  if (more.length > 0) return mistake(`too much: ${more.join(' ')}`);
  switch (`${topic} ${verb ?? ''}`.trim()) {
    case 'cases list':
      return subject === undefined ? { kind: 'list-cases' } : mistake(`too much: ${subject}`);
    case 'cases show':
      return subject === undefined ? mistake('which case? cases show <id>') : { kind: 'show-case', caseId: subject };
    case 'cases redrive':
      return subject === undefined
        ? mistake('which case? cases redrive <id>')
        : { kind: 'redrive-case', caseId: subject };
    case 'catalogue load':
      return { kind: 'load-catalogue', ...(subject === undefined ? {} : { file: subject }) };
    default:
      return mistake(`unknown command: ${words.join(' ')}`);
  }
};

/** Reads the command line of `npm run ops`. */
export const parseOpsRequest = (words: readonly string[]): OpsRequest => {
  const options = { stage: { type: 'string' }, region: { type: 'string' }, help: { type: 'boolean' } } as const;
  try {
    const { values, positionals } = parseArgs({ args: [...words], options, allowPositionals: true });
    const { stage = 'local', region, help } = values;
    const command: OpsCommand = help === true ? { kind: 'help' } : commandOf(positionals);
    return { command, stage, ...(region === undefined ? {} : { region }) };
  } catch (error) {
    const explanation = error instanceof Error ? error.message : String(error);
    return { command: { kind: 'mistake', explanation }, stage: 'local' };
  }
};
