import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import * as z from 'zod/mini';
import { lowerCaseHeaders, parseInput, readJsonBody } from './api-input';
import type { Cause } from './cause';
import { StaleEntityError } from './entity-store.errors';
import type { Log } from './log.port';
import { logger } from './logger';
import { ConflictProblem, Problem } from './problem';

type Schema = z.core.$ZodType;
type Parsed<S> = S extends Schema ? z.output<S> : undefined;

/** What a route takes and gives. A part without a schema is not read. */
export interface ApiContract<Body, Path, Headers, Query, Success extends Schema> {
  readonly body?: Body;
  readonly path?: Path;
  /** Names in lower case. */
  readonly headers?: Headers;
  readonly query?: Query;
  /** The body of an answer. Fields it does not name do not leave. */
  readonly success: Success;
}

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

/** What a route answers; every other outcome is a thrown `Problem`. */
export interface ApiAnswer<Body> {
  readonly status: number;
  readonly body: Body;
  readonly headers?: { readonly [name: string]: string };
}

const answer = (status: number, correlationId: string, body: unknown, type: string, headers = {}) => ({
  statusCode: status,
  headers: { 'content-type': type, 'cache-control': 'no-store', 'x-correlation-id': correlationId, ...headers },
  body: JSON.stringify(body),
});

const problemAnswer = (problem: Problem, requestId: string, correlationId: string): APIGatewayProxyResult => {
  const { status, title, slug, message: detail, errors, headers } = problem;
  const type = `urn:tenfold:problem:${slug}`;
  const body = {
    type,
    title,
    status,
    detail,
    instance: `urn:request:${requestId}`,
    ...(errors.length > 0 && { errors }),
  };
  return answer(status, correlationId, body, 'application/problem+json', headers);
};

const failureAnswer = (requestId: string, correlationId: string): APIGatewayProxyResult => {
  const body = {
    type: 'about:blank',
    title: 'Internal server error',
    status: 500,
    instance: `urn:request:${requestId}`,
  };
  return answer(500, correlationId, body, 'application/problem+json');
};

const correlationIdOf = (header: string | undefined, requestId: string): string =>
  header !== undefined && /^[\w.:-]{8,64}$/.test(header) ? header : requestId;

/** W3C Trace Context: who cannot read the header goes on without it, so that nothing else is stored in its name. */
const traceparentOf = (header: string | undefined): string | undefined =>
  header !== undefined && /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/.test(header) ? header : undefined;

const asProblem = (error: unknown): unknown =>
  error instanceof StaleEntityError
    ? new ConflictProblem('it was changed at the same time: try again', {
        cause: error,
        headers: { 'retry-after': '1' },
      })
    : error;

/**
 * Turns a function into a Lambda handler behind API Gateway (proxy integration, payload 1.0): parses what the contract
 * names, answers problems as RFC 9457 documents and anything unexpected as a 500 without details.
 */
export const apiRoute = <
  Success extends Schema,
  Body extends Schema | undefined = undefined,
  Path extends Schema | undefined = undefined,
  Headers extends Schema | undefined = undefined,
  Query extends Schema | undefined = undefined,
>(
  contract: ApiContract<Body, Path, Headers, Query, Success>,
  handle: (request: ApiRequest<Body, Path, Headers, Query>) => Promise<ApiAnswer<z.input<Success>>>,
  log: Log = logger(),
) => {
  const parse = <S extends Schema | undefined>(
    part: 'body' | 'path' | 'header' | 'query',
    schema: S | undefined,
    read: () => unknown,
  ): Parsed<S> =>
    // The conditional type of a generic is not narrowed by the check on its value.
    (schema === undefined ? undefined : parseInput(part, schema, read())) as Parsed<S>;

  return async (event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> => {
    const { requestId, authorizer } = event.requestContext;
    const headers = lowerCaseHeaders(event);
    const correlationId = correlationIdOf(headers['x-correlation-id'], requestId);
    const line = { correlationId, requestId, method: event.httpMethod, resource: event.resource };
    try {
      const { status, body, ...more } = await handle({
        path: parse('path', contract.path, () => event.pathParameters ?? {}),
        headers: parse('header', contract.headers, () => headers),
        query: parse('query', contract.query, () => event.queryStringParameters ?? {}),
        body: parse('body', contract.body, () => readJsonBody(event, headers['content-type'])),
        caller: authorizer ?? {},
        requestId,
        correlationId,
        traceparent: traceparentOf(headers['traceparent']),
      });
      const result = answer(status, correlationId, z.parse(contract.success, body), 'application/json', more.headers);
      log.info('answered', { ...line, status });
      return result;
    } catch (thrown) {
      const error = asProblem(thrown);
      if (error instanceof Problem) {
        log.info('refused', {
          ...line,
          status: error.status,
          problem: error.slug,
          fields: error.errors.map((one) => one.field),
        });
        return problemAnswer(error, requestId, correlationId);
      }
      log.error('failed', { ...line, status: 500, error });
      return failureAnswer(requestId, correlationId);
    }
  };
};
