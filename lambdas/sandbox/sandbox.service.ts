import { createHash, timingSafeEqual } from 'node:crypto';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import * as z from 'zod/mini';
import { lowerCaseHeaders } from '../shared/api-input';
import { apiRoute } from '../shared/api-route';
import type { Log } from '../shared/log.port';
import { NotFoundProblem, type Problem } from '../shared/problem';
import type { EffectLedger } from './effect-ledger.port';
import type { PerformEffectDeps } from './perform-effect.use-case';
import { UnauthorizedProblem } from './sandbox.problems';

/** Lambda handler of an API Gateway proxy integration. */
export type HttpHandler = (event: APIGatewayProxyEvent) => Promise<APIGatewayProxyResult>;

/** One operation of a service. */
export interface HttpRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below the service's own path, without slashes at its ends; `{name}` takes one segment. */
  readonly path: string;
  readonly handler: HttpHandler;
}

/** What a service of the sandbox is made of. */
export interface SandboxServiceDeps<Holding> extends PerformEffectDeps<Holding> {
  readonly ledger: EffectLedger;
  /** The key that requests have to bear. */
  readonly apiKey: () => Promise<string>;
  /** @default the process's logger */
  readonly log?: Log;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

// Of the digests, because timingSafeEqual wants equal lengths; so the time tells nothing of the key, its length included.
const bears = (authorization: string | undefined, apiKey: string): boolean =>
  timingSafeEqual(digest(authorization ?? ''), digest(`Bearer ${apiKey}`));

const match = (template: string, path: string): Record<string, string> | undefined => {
  const [wanted, given] = [template.split('/'), path.split('/')];
  if (wanted.length !== given.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, segment] of wanted.entries()) {
    const value = given[index] ?? '';
    const name = /^\{(\w+)\}$/.exec(segment)?.[1];
    if (name !== undefined) parameters[name] = value;
    else if (segment !== value) return undefined;
  }
  return parameters;
};

/**
 * A service behind one greedy path of an API (`/<service>/{proxy+}`): checks the API key, then hands the request to
 * the route it names.
 */
export const sandboxService = (
  { apiKey, log }: Pick<SandboxServiceDeps<unknown>, 'apiKey' | 'log'>,
  routes: readonly HttpRoute[],
): HttpHandler => {
  const refusing = (problem: () => Problem): HttpHandler =>
    apiRoute({ success: z.never() }, () => Promise.reject(problem()), { log });
  const unauthorized = refusing(
    () => new UnauthorizedProblem('the API key is missing or wrong', { headers: { 'www-authenticate': 'Bearer' } }),
  );
  const notFound = refusing(() => new NotFoundProblem('there is no such operation'));

  return async (event) => {
    if (!bears(lowerCaseHeaders(event)['authorization'], await apiKey())) return unauthorized(event);
    const path = event.pathParameters?.['proxy']?.replace(/^\/+|\/+$/g, '') ?? '';
    for (const { method, path: template, handler } of routes) {
      const pathParameters = method === event.httpMethod ? match(template, path) : undefined;
      if (pathParameters) return handler({ ...event, pathParameters });
    }
    return notFound(event);
  };
};
