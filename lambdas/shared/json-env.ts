import * as z from 'zod/mini';

const parsedJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** An environment value that holds JSON of a kind; `message` says what was expected. */
export const jsonEnv = <Schema extends z.core.$ZodType>(schema: Schema, message: string) =>
  z.pipe(
    z.string(),
    z.transform((text, context): z.output<Schema> => {
      const parsed = z.safeParse(schema, parsedJson(text));
      if (parsed.success) return parsed.data;
      context.issues.push({ code: 'custom', message, input: text });
      return z.NEVER;
    }),
  );
