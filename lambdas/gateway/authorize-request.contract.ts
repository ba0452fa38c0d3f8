import * as z from 'zod/mini';

const routeKey = /^(?:GET|POST|PUT|PATCH|DELETE) \/[\w/{}.-]*$/;

/** Environment of authorize-request. */
export const authorizeRequestEnv = z.object({
  /** The `iss` claim that tokens must have. */
  ISSUER: z.url(),
  /** Where the issuer publishes its keys. The connection's security is the deployment's choice: an emulator has no TLS. */
  JWKS_URI: z.url({ protocol: /^https?$/ }),
  /** JSON object from route (`POST /v1/orders`) to the scope it needs. */
  ROUTE_SCOPES: z.pipe(
    z.pipe(
      z.string(),
      z.transform((text, context): unknown => {
        try {
          return JSON.parse(text);
        } catch {
          context.issues.push({ code: 'custom', message: 'a JSON object', input: text });
          return z.NEVER;
        }
      }),
    ),
    z.record(z.string().check(z.regex(routeKey)), z.string().check(z.minLength(1))),
  ),
});
export type AuthorizeRequestEnv = z.input<typeof authorizeRequestEnv>;

/** Claims of an access token that the API needs (https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html). */
export const accessTokenClaims = z.object({
  token_use: z.literal('access'),
  client_id: z.string().check(z.minLength(1)),
  exp: z.number(),
  /** Space-separated; absent when none was granted. */
  scope: z._default(z.string(), ''),
});

/** What API Gateway asks: with the token alone (TOKEN), or with the whole request (REQUEST). */
export const authorizerRequest = z.discriminatedUnion('type', [
  z.object({ type: z.literal('TOKEN'), methodArn: z.string(), authorizationToken: z.string() }),
  z.object({
    type: z.literal('REQUEST'),
    methodArn: z.string(),
    headers: z.nullish(z.record(z.string(), z.optional(z.string()))),
  }),
]);
export type AuthorizerRequest = z.infer<typeof authorizerRequest>;
