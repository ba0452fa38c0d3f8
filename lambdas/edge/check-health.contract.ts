import * as z from 'zod/mini';
import { apiContract } from '../shared/api-contract';
import { jsonEnv } from '../shared/json-env';
import { awsRegionEnv } from '../shared/read-env';
import { schemaUse } from '../shared/schema-use.contract';

const asTables = (text: string): { readonly [context: string]: string } | undefined => {
  try {
    const parsed = z
      .record(z.string().check(z.minLength(1)), z.string().check(z.minLength(3)))
      .safeParse(JSON.parse(text));
    return parsed.success && Object.keys(parsed.data).length > 0 ? parsed.data : undefined;
  } catch {
    return undefined;
  }
};

/** Environment of check-health. */
export const checkHealthEnv = z.object({
  ...awsRegionEnv,
  /** Set by the Lambda runtime. */
  AWS_LAMBDA_FUNCTION_VERSION: z.string().check(z.regex(/^(\d+|\$LATEST)$/)),
  /** JSON object from context to the name of its table in this region. */
  CONTEXT_TABLES: z.pipe(
    z.string(),
    z.transform((text, context): { readonly [context: string]: string } => {
      const tables = asTables(text);
      if (tables !== undefined) return tables;
      const message = 'a JSON object such as {"ordering":"tenfold-prod-ordering"}';
      context.issues.push({ code: 'custom', message, input: text });
      return z.NEVER;
    }),
  ),
  /** JSON object from kind of entities to the versions of its stored form that the release reads, and the one that it writes. */
  ENTITY_SCHEMAS: jsonEnv(
    z.record(z.string(), schemaUse),
    'a JSON object such as {"order":{"reads":[1,2],"writes":1}}',
  ),
  EVENTS_TOPIC_ARN: z.string().check(z.regex(/^arn:[\w-]+:sns:\S+$/)),
  /** Good news is not logged: sixteen checkers ask every ten seconds. */
  POWERTOOLS_LOG_LEVEL: z.literal('WARN'),
});
/** What check-health is deployed with: every value is text. */
export type CheckHealthEnv = z.input<typeof checkHealthEnv>;

/** Answer of `GET /health` while the region is in service. */
export const regionInService = z.object({
  region: z.string(),
  status: z.literal('in-service'),
  /** The published version of the function that answers. */
  version: z.string(),
  /** The versions of each kind's stored form that its release reads, and the one that it writes. */
  schemas: z.record(z.string(), schemaUse),
  /** What was looked at. */
  checked: z.array(z.string()),
});
/** The answer before it is checked. */
export type RegionInService = z.input<typeof regionInService>;

/** `GET /health`. */
export const checkHealthRoute = apiContract({ success: regionInService });
