import { messageOf } from '../message-of';
/** What a check has found. A hint is worth knowing; what is missing keeps the local cloud from working. */
export interface Finding {
  readonly state: 'ok' | 'hint' | 'missing';
  readonly found: string;
  /** What to do about it, as an instruction. */
  readonly fix?: string;
}

/** One thing that the local cloud, or a deployment to AWS, needs. */
export interface Check {
  readonly name: string;
  readonly run: () => Promise<Finding>;
}

const marks = { ok: '✔', hint: '·', missing: '✖' } as const;

/** A finding as lines of text. */
export const findingText = (name: string, { state, found, fix }: Finding): string =>
  `${marks[state]} ${name}: ${found}${fix === undefined ? '' : `\n    fix: ${fix}`}`;

/** Runs checks one after the other; a check that fails to run counts as missing. */
export const runChecks = async (
  checks: readonly Check[],
  print: (line: string) => void,
): Promise<{ readonly missing: number }> => {
  let missing = 0;
  for (const { name, run } of checks) {
    const finding = await run().catch(
      (error: unknown): Finding => ({
        state: 'missing',
        found: messageOf(error),
        ...(error instanceof Error && 'fix' in error && typeof error.fix === 'string' ? { fix: error.fix } : {}),
      }),
    );
    if (finding.state === 'missing') missing += 1;
    print(findingText(name, finding));
  }
  return { missing };
};
