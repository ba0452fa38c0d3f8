import { z } from 'zod';
import {
  type FlagSet,
  type FlagState,
  flagState,
  flagStateFaults,
  flagVariants,
} from '../../lambdas/shared/flag-set.contract';
import { type StageName, stageNames } from './stage-config';

const name = flagState.shape.variant;
const day = z.iso.date('expected a day such as "2026-11-26"');

/** Who gets what in one stage. */
const stageState = z.strictObject({
  /** For whom no rule holds. @default the flag's own default */
  variant: z.optional(name),
  clients: flagState.shape.clients,
  rollout: flagState.shape.rollout,
});

const who = {
  /** What changes for whom when it is switched. */
  description: z.string().min(10).max(500),
  /** The context that removes it when it is done with. */
  owner: z.string().regex(/^[a-z][a-z-]*$/),
  created: day,
  /** When it should be gone: a switch for one release. `never`: a switch for operators, which stays. */
  expires: z.union([z.literal('never'), day], { error: 'expected a day such as "2027-03-01", or "never"' }),
};

const whom = {
  /** The variant of every stage that says nothing else. */
  default: name,
  stages: z.partialRecord(z.enum(stageNames), stageState),
};

// In the order of the file, in which an edited one is written again.
const definition = z.discriminatedUnion('type', [
  z.strictObject({ ...who, type: z.literal('boolean'), variants: flagVariants.boolean, ...whom }),
  z.strictObject({ ...who, type: z.literal('string'), variants: flagVariants.string, ...whom }),
  z.strictObject({ ...who, type: z.literal('number'), variants: flagVariants.number, ...whom }),
]);

const stateIn = (flag: FlagDefinition, stage: StageName): FlagState => ({
  variant: flag.default,
  ...flag.stages[stage],
});

const flagsFile = z.record(z.string().regex(/^[a-z][a-z0-9-]{0,62}$/), definition).superRefine((flags, context) => {
  for (const [key, flag] of Object.entries(flags)) {
    const states = [
      { path: [key], state: { variant: flag.default }, rename: 'default' },
      ...stageNames.map((stage) => ({ path: [key, 'stages', stage], state: stateIn(flag, stage), rename: 'variant' })),
    ];
    if (flag.expires !== 'never' && flag.expires < flag.created) {
      context.addIssue({ code: 'custom', path: [key, 'expires'], message: `expected a day from ${flag.created} on` });
    }
    for (const { path, state, rename } of states) {
      // A wrong default is said once, and not of each stage that has it.
      if (rename === 'variant' && state.variant === flag.default && !('clients' in state) && !('rollout' in state))
        continue;
      for (const fault of flagStateFaults(flag.variants, state)) {
        const [field = '', ...rest] = (fault.path ?? []).map(String);
        const message = `expected ${fault.message ?? 'another value'}`;
        context.addIssue({ code: 'custom', path: [...path, field === 'variant' ? rename : field, ...rest], message });
      }
    }
  }
});

/** A flag as people describe it: what deployments know, and what only people need. */
export type FlagDefinition = z.output<typeof definition>;

/** All flags of all stages, by key: the one source. */
export type FlagsFile = Readonly<Record<string, FlagDefinition>>;

/** The file of flags is wrong. The message lists every field, its value and what was expected. */
export class FlagsFileError extends Error {
  override readonly name = 'FlagsFileError';
}

const valueAt = (input: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    input,
  );

const show = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value));

const parseJson = (text: string, origin: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new FlagsFileError(`${origin}: expected JSON; ${String(cause)}`, { cause });
  }
};

/**
 * Reads the file of flags.
 * @param origin what the file is called, for the report
 * @throws FlagsFileError naming each wrong field, its value and what was expected
 */
export const parseFlagsFile = (text: string, origin: string): FlagsFile => {
  const input = parseJson(text, origin);
  const result = flagsFile.safeParse(input);
  if (result.success) return result.data;
  const lines = result.error.issues.map(
    ({ path, message }) =>
      `  ${path.map(String).join('.') || '(the whole)'}: got ${show(valueAt(input, path))}; ${message}`,
  );
  throw new FlagsFileError(`the flags are wrong (${origin}):\n${lines.join('\n')}`);
};

/** What is deployed to the regions of a stage: the same to all. */
export const flagSetOf = (file: FlagsFile, stage: StageName): FlagSet => {
  const flags: FlagSet['flags'] = {};
  for (const [key, flag] of Object.entries(file)) {
    const state = stateIn(flag, stage);
    // Case by case, as the type and its variants belong together.
    switch (flag.type) {
      case 'boolean':
        flags[key] = { type: flag.type, variants: flag.variants, state };
        break;
      case 'string':
        flags[key] = { type: flag.type, variants: flag.variants, state };
        break;
      case 'number':
        flags[key] = { type: flag.type, variants: flag.variants, state };
        break;
    }
  }
  return { version: 1, flags };
};
