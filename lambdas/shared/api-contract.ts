import type * as z from 'zod/mini';
import type { AccessDeclaration } from './access-declaration';
import type { Cause } from './cause';

type Schema = z.core.$ZodType;
type Parsed<S> = S extends Schema ? z.output<S> : undefined;

/** A request whose parts fit the contract. */
export interface ApiRequest<Body, Path, Headers, Query> {
  readonly body: Parsed<Body>;
  readonly path: Parsed<Path>;
  readonly headers: Parsed<Headers>;
  readonly query: Parsed<Query>;
  /** What the authorizer found out about the caller. */
  readonly caller: { readonly [key: string]: unknown };
  /** API Gateway's id of the request. */
  readonly requestId: string;
  /** The `x-correlation-id` header, or the request's id. */
  readonly correlationId: string;
  readonly traceparent?: Cause['traceparent'];
}

/** What a route takes and gives. A part without a schema is not read. */
export interface ApiContract<Body, Path, Headers, Query, Success extends Schema> {
  readonly body?: Body;
  readonly path?: Path;
  /** Names in lower case. */
  readonly headers?: Headers;
  readonly query?: Query;
  /** The body of an answer. Fields it does not name do not leave. */
  readonly success: Success;
  /** How accesses are recorded. Needed as soon as one of the parts has a sensitive field. @default they are not */
  readonly audit?: AccessDeclaration<ApiRequest<Body, Path, Headers, Query>>;
}

/** A contract as it is given: says to the compiler of what type the request is that `audit` gets. */
export const apiContract = <
  Success extends Schema,
  Body extends Schema | undefined = undefined,
  Path extends Schema | undefined = undefined,
  Headers extends Schema | undefined = undefined,
  Query extends Schema | undefined = undefined,
>(
  contract: ApiContract<Body, Path, Headers, Query, Success>,
): ApiContract<Body, Path, Headers, Query, Success> => contract;
