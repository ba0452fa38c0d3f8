import type { APIGatewayProxyResult } from 'aws-lambda';
import * as z from 'zod/mini';
import { type AccessRecording, accessRecorder, type BegunAccess } from './access-recorder';
import type { ApiContract, ApiRequest } from './api-contract';
import type { ApiEvent } from './api-event';
import { lowerCaseHeaders, parseInput, readJsonBody } from './api-input';
import { AuditUnavailableError } from './audit.errors';
import { StaleEntityError } from './entity-store.errors';
import type { Log } from './log.port';
import { logger } from './logger';
import {
  AuditUnavailableProblem,
  ConflictProblem,
  HomeUnreachableProblem,
  Problem,
  RegionFencedProblem,
} from './problem';
import { ForeignHomeError, RegionFencedError } from './region-gate.errors';
import type { RegionGate } from './region-gate.port';
import { countVersionOutcome, type Invocation, type VersionOutcome } from './version-outcomes';

type Schema = z.core.$ZodType;
type Parsed<S> = S extends Schema ? z.output<S> : undefined;

/** What a route answers; every other outcome is a thrown `Problem`. */
export interface ApiAnswer<Body> {
  readonly status: number;
  readonly body: Body;
  readonly headers?: { readonly [name: string]: string };
}

/** How a route behaves beside its contract. */
export interface ApiRouteOptions {
  /** @default the process's logger */
  readonly log?: Log;
  /** Counts a failure or a refusal against the version that answers it. @default a metric by function, alias and version */
  readonly countOutcome?: (outcome: VersionOutcome, invocation: Invocation) => void;
  /** Set by routes that write: where the gate is closed they answer 503 `region-fenced` before they do anything. @default none */
  readonly writes?: Pick<RegionGate, 'assertActive'>;
  /**
   * Has a request about an entity of another region answered there. `undefined`: it cannot be, and 503 `home-unreachable` is answered.
   * @default none is answered there
   */
  readonly elsewhere?: (homeRegion: string, event: ApiEvent) => Promise<APIGatewayProxyResult | undefined>;
  /** Where accesses are recorded that the contract declares. Nothing leaves before the record is safe. @default none is declared */
  readonly recording?: AccessRecording;
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

const after = (seconds: number, cause: Error) => ({ cause, headers: { 'retry-after': String(seconds) } });

const asProblem = (error: unknown): unknown => {
  if (error instanceof StaleEntityError)
    return new ConflictProblem('it was changed at the same time: try again', after(1, error));
  if (error instanceof RegionFencedError)
    return new RegionFencedProblem('this region takes no changes at the moment: try again', after(5, error));
  if (error instanceof ForeignHomeError) {
    const detail = `only region ${error.homeRegion} can change it, and it does not answer: try again`;
    return new HomeUnreachableProblem(detail, after(5, error));
  }
  if (error instanceof AuditUnavailableError)
    return new AuditUnavailableProblem('the access cannot be recorded at the moment: try again', after(5, error));
  return error;
};

/**
 * Turns a function into a Lambda handler behind API Gateway (proxy integration, payload 1.0): parses what the contract
 * names, answers problems as RFC 9457 documents and anything unexpected as a 500 without details. Failures and refusals are counted by version.
 *
 * An access that the contract declares is recorded ahead: a write begins when its record is taken, a read runs beside it, and no answer leaves
 * before the record says how it ended. Where nobody takes it, 503 `audit-unavailable` is answered and nothing else.
 * @throws UndeclaredAccessError when made: the contract has sensitive fields that nothing records
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
  { log = logger(), countOutcome = countVersionOutcome, writes, elsewhere, recording }: ApiRouteOptions = {},
) => {
  const isForwardedTo = elsewhere !== undefined;
  const recorder = accessRecorder(contract, recording && { ...recording, isForwardedTo });
  const parse = <S extends Schema | undefined>(
    part: 'body' | 'path' | 'header' | 'query',
    schema: S | undefined,
    read: () => unknown,
  ): Parsed<S> =>
    // The conditional type of a generic is not narrowed by the check on its value.
    (schema === undefined ? undefined : parseInput(part, schema, read())) as Parsed<S>;

  return async (event: ApiEvent, invocation?: Invocation): Promise<APIGatewayProxyResult> => {
    const { requestId, authorizer } = event.requestContext;
    const headers = lowerCaseHeaders(event);
    const correlationId = correlationIdOf(headers['x-correlation-id'], requestId);
    const line = { correlationId, requestId, method: event.httpMethod, resource: event.resource };
    let access: BegunAccess | undefined;

    const refusal = (error: unknown): APIGatewayProxyResult => {
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
    };

    const answerOf = async (): Promise<APIGatewayProxyResult> => {
      try {
        const request = {
          path: parse('path', contract.path, () => event.pathParameters ?? {}),
          headers: parse('header', contract.headers, () => headers),
          query: parse('query', contract.query, () => event.queryStringParameters ?? {}),
          body: parse('body', contract.body, () => readJsonBody(event, headers['content-type'])),
          caller: authorizer ?? {},
          requestId,
          correlationId,
          traceparent: traceparentOf(headers['traceparent']),
        };
        access = recorder(event, request);
        // Nothing is changed before it is on record; of what is only read nothing leaves before.
        if (writes) await Promise.all([writes.assertActive(), access?.taken]);
        const { status, body, ...more } = await handle(request);
        const result = answer(status, correlationId, z.parse(contract.success, body), 'application/json', more.headers);
        log.info('answered', { ...line, status });
        return result;
      } catch (thrown) {
        if (thrown instanceof ForeignHomeError) {
          const { homeRegion } = thrown;
          const theirs = await elsewhere?.(homeRegion, event);
          if (theirs) {
            log.info('answered elsewhere', { ...line, status: theirs.statusCode, homeRegion });
            return theirs;
          }
        }
        return refusal(asProblem(thrown));
      }
    };

    const recorded = async (result: APIGatewayProxyResult): Promise<APIGatewayProxyResult> => {
      try {
        await access?.end(result.statusCode);
        return result;
      } catch (thrown) {
        log.error('access not recorded', { ...line, error: thrown });
        return refusal(asProblem(thrown));
      }
    };

    const result = await recorded(await answerOf());
    const { statusCode: status } = result;
    // Lambda counts them as successes: they were answered. Whoever forwards wrongly gets refusals, and they are this version's, too.
    if (invocation && status >= 400) countOutcome(status >= 500 ? 'failures' : 'refusals', invocation);
    return result;
  };
};
