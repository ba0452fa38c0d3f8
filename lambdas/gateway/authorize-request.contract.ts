import * as z from 'zod/mini';

const routeKey = /^(?:GET|POST|PUT|PATCH|DELETE) \/[\w/{}.-]*$/;

// Parsed by hand: this function runs before every request, so it is kept small.
const routeScopes = (text: string): { readonly [route: string]: string } | undefined => {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== 'object' || parsed === null) return undefined;
    const entries = Object.entries(parsed);
    const fits = entries.every(([route, scope]) => routeKey.test(route) && typeof scope === 'string' && scope !== '');
    return fits && entries.length > 0 ? Object.fromEntries(entries) : undefined;
  } catch {
    return undefined;
  }
};

/** Environment of authorize-request. */
export const authorizeRequestEnv = z.object({
  /** The `iss` claim that tokens must have. */
  ISSUER: z.string().check(z.regex(/^https?:\/\/\S+$/)),
  /** Where the issuer publishes its keys. Whether the connection needs TLS is for the deployment to say: an emulator has none. */
  JWKS_URI: z.string().check(z.regex(/^https?:\/\/\S+$/)),
  /** JSON object from route (`POST /v1/orders`) to the scope it needs. */
  ROUTE_SCOPES: z.pipe(
    z.string(),
    z.transform((text, context): { readonly [route: string]: string } => {
      const routes = routeScopes(text);
      if (routes !== undefined) return routes;
      const message = 'a JSON object such as {"GET /v1/orders/{orderId}":"tenfold/orders.read"}';
      context.issues.push({ code: 'custom', message, input: text });
      return z.NEVER;
    }),
  ),
});
/** What authorize-request is deployed with: every value is text. */
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
export type AuthorizerRequest =
  | { readonly type: 'TOKEN'; readonly methodArn: string; readonly authorizationToken: string }
  | {
      readonly type: 'REQUEST';
      readonly methodArn: string;
      readonly headers: { readonly [name: string]: string | undefined } | null;
    };
