import * as z from 'zod/mini';

/** Environment of validate-flags. */
export const validateFlagsEnv = z.object({});
/** What validate-flags is deployed with. */
export type ValidateFlagsEnv = z.input<typeof validateFlagsEnv>;

/** What AppConfig asks a validator (AWS AppConfig User Guide, "AWS Lambda function validators"). */
export const validationRequest = z.object({
  configurationVersion: z.optional(z.string()),
  /** The configuration, in Base64. */
  content: z.base64(),
});
/** What AppConfig asks a validator. */
export type ValidationRequest = z.output<typeof validationRequest>;
