import * as z from 'zod/mini';

/** Where a function finds its flags. Spread it into an environment schema; `FeatureFlags.environment` has the values. */
export const flagsEnv = {
  /** Id of the AppConfig application. */
  FLAGS_APPLICATION: z.string().check(z.minLength(1)),
  /** Id of the AppConfig environment. */
  FLAGS_ENVIRONMENT: z.string().check(z.minLength(1)),
  /** Id of the AppConfig configuration profile. */
  FLAGS_PROFILE: z.string().check(z.minLength(1)),
  /** Pause between two polls, in seconds; AppConfig takes 15 to 86,400. */
  FLAGS_POLL_SECONDS: z.pipe(z.string().check(z.regex(/^[1-9]\d{0,4}$/)), z.transform(Number)),
};
/** The same, read. */
export type FlagsEnv = { readonly [Key in keyof typeof flagsEnv]: z.output<(typeof flagsEnv)[Key]> };

const name = z.string().check(z.regex(/^[a-z][a-z0-9-]{0,62}$/));
const clientId = z.string().check(z.minLength(1), z.maxLength(128));
const valuesOf = <Value extends z.core.$ZodType>(value: Value) =>
  z.record(name, value).check(z.refine((variants) => Object.keys(variants).length > 0, 'at least one variant'));

/** The variants of a flag, by name; all of one type. */
export const flagVariants = {
  boolean: valuesOf(z.boolean()),
  string: valuesOf(z.string().check(z.maxLength(1024))),
  number: valuesOf(z.number()),
};

/** Who gets which variant of a flag. What is asked first goes first: client, then percentage, then everybody. */
export const flagState = z.strictObject({
  /** For whom no rule holds. */
  variant: name,
  /** Clients that get a variant whatever the percentage, by variant. */
  clients: z.optional(z.record(name, z.array(clientId).check(z.minLength(1), z.maxLength(100)))),
  /** A share of all clients, drawn by a stable hash. */
  rollout: z.optional(z.strictObject({ variant: name, percent: z.number().check(z.minimum(0), z.maximum(100)) })),
});
/** Who gets which variant of a flag. */
export type FlagState = z.infer<typeof flagState>;

const flagOf = <Type extends keyof typeof flagVariants>(type: Type) =>
  z.strictObject({ type: z.literal(type), variants: flagVariants[type], state: flagState });

type Custom = z.core.$ZodRawIssue;

/** What one field alone cannot say of a flag: that its rules name variants it has, and each client once. */
export const flagStateFaults = (variants: { readonly [name: string]: unknown }, state: FlagState): Custom[] => {
  const known = `one of ${Object.keys(variants).join(', ')}`;
  const faults: Custom[] = [];
  const complain = (path: readonly string[], input: unknown, expected: string) =>
    faults.push({ code: 'custom', path: [...path], input, message: expected });
  const named = (path: readonly string[], variant: string) => {
    if (!Object.hasOwn(variants, variant)) complain(path, variant, known);
  };
  named(['variant'], state.variant);
  if (state.rollout) named(['rollout', 'variant'], state.rollout.variant);
  const seen = new Set<string>();
  for (const [variant, clients] of Object.entries(state.clients ?? {})) {
    named(['clients', variant], variant);
    for (const client of clients) {
      if (seen.has(client)) complain(['clients', variant], client, `each client once, and ${client} twice`);
      seen.add(client);
    }
  }
  return faults;
};

/** One flag as it is deployed. */
export const flag = z
  .discriminatedUnion('type', [flagOf('boolean'), flagOf('string'), flagOf('number')])
  .check((context) => {
    const faults = flagStateFaults(context.value.variants, context.value.state);
    context.issues.push(...faults.map((fault) => ({ ...fault, path: ['state', ...(fault.path ?? [])] })));
  });
/** One flag as it is deployed. */
export type Flag = z.infer<typeof flag>;

/** Every flag of a stage, by key: what AppConfig deploys and functions read. */
export const flagSet = z.strictObject({
  /** Of this form; a function that does not know it keeps what it had. */
  version: z.literal(1),
  flags: z.record(name, flag),
});
/** Every flag of a stage, by key. */
export type FlagSet = z.infer<typeof flagSet>;
