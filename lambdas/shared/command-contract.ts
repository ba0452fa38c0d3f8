import * as z from 'zod/mini';
import { fieldIssues } from './issue-text';
import { UnreadableMessageError } from './message.errors';

/** One version of one command: its name on the wire and the parser of its JSON data. */
export interface CommandContract<T> {
  /** `<context>.<ImperativeName>.v<major>`, for example `payments.ChargePayment.v1`. */
  readonly type: string;
  /** Names of its data's fields: all that whoever sends it has to put into it, and all that it may. */
  readonly fields: readonly string[];
  /** @throws UnreadableMessageError the data does not fit; names the fields, never their values */
  parse(data: unknown): T;
}

/** Defines a command whose data is JSON of the given shape. */
export const defineCommand = <T>(
  type: string,
  schema: z.core.$ZodType<T> & { readonly shape: object },
): CommandContract<T> => ({
  type,
  fields: Object.keys(schema.shape),
  parse: (data) => {
    const parsed = z.safeParse(schema, data);
    if (parsed.success) return parsed.data;
    const faults = fieldIssues(parsed.error, ['data']).map(({ field, expected }) => `${field}: expected ${expected}`);
    throw new UnreadableMessageError(`${type} does not fit its contract: ${faults.join('; ')}`);
  },
});
