import * as z from 'zod/mini';

const routeKey = /^(?:GET|POST|PUT|PATCH|DELETE) \/[\w/{}.-]*$/;

const parsedJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

// Parsed by hand: this function runs before every request, so it is kept small.
const routeScopes = (text: string): { readonly [route: string]: string } | undefined => {
  const parsed = parsedJson(text);
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  const entries = Object.entries(parsed);
  const fits = entries.every(([route, scope]) => routeKey.test(route) && typeof scope === 'string' && scope !== '');
  return fits && entries.length > 0 ? Object.fromEntries(entries) : undefined;
};

/** Whom tokens may come from. */
export interface TokenIssuer {
  /** The `iss` claim of its tokens. */
  readonly issuer: string;
  /** Where it publishes its keys. Whether the connection needs TLS is for the deployment to say: an emulator has none. */
  readonly jwksUri: string;
  /** Names of clients by their ids: who a client is does not depend on which issuer, in which region, knows it. */
  readonly clients: { readonly [clientId: string]: string };
}

const isAddress = (value: unknown): value is string => typeof value === 'string' && /^https?:\/\/\S+$/.test(value);

const isNames = (value: unknown): value is TokenIssuer['clients'] =>
  typeof value === 'object' &&
  value !== null &&
  Object.values(value).every((name: unknown) => typeof name === 'string' && name !== '');

const isTokenIssuer = (value: unknown): value is TokenIssuer =>
  typeof value === 'object' &&
  value !== null &&
  'issuer' in value &&
  isAddress(value.issuer) &&
  'jwksUri' in value &&
  isAddress(value.jwksUri) &&
  'clients' in value &&
  isNames(value.clients);

/** Environment of authorize-request. */
export const authorizeRequestEnv = z.object({
  /** JSON list of `TokenIssuer`, one a region; the own region's first. */
  ISSUERS: z.pipe(
    z.string(),
    z.transform((text, context): readonly TokenIssuer[] => {
      const issuers = parsedJson(text);
      if (Array.isArray(issuers) && issuers.length > 0 && issuers.every(isTokenIssuer)) return issuers;
      const message = 'a JSON list such as [{"issuer":"https://…","jwksUri":"https://…","clients":{"<id>":"<name>"}}]';
      context.issues.push({ code: 'custom', message, input: text });
      return z.NEVER;
    }),
  ),
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
  iss: z.string(),
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
