import * as z from 'zod/mini';
import type { ApiEvent } from '../shared/api-event';
import { fieldIssues } from '../shared/issue-text';

/** A request to one operation of the contract that changes nothing, and what the contract says it is answered. */
export interface Probe {
  /** For people: what is wrong with the request, or what it asks for. */
  readonly name: string;
  readonly method: string;
  /** The route as the contract has it, for example `/v1/orders/{orderId}`. */
  readonly resource: string;
  /** Whether the operation takes requests without a token. */
  readonly isPublic: boolean;
  readonly pathParameters?: { readonly [name: string]: string };
  /** By lower-case name. */
  readonly headers?: { readonly [name: string]: string };
  readonly body?: string;
  readonly answer: { readonly status: number; readonly schema: z.core.$ZodType };
}

/** What a version answered that it should not have. */
export interface ProbeFault {
  readonly probe: string;
  readonly got: string;
  readonly expected: string;
}

/** Whose requests probes are: no client of the store has this name, so nothing of a client is shown to it. */
const proberId = 'release-probe';

/** The event by which API Gateway would bring the probe to the function. */
export const probeEvent = (probe: Probe, requestId: string): ApiEvent => ({
  httpMethod: probe.method,
  resource: probe.resource,
  headers: { ...probe.headers },
  pathParameters: probe.pathParameters ? { ...probe.pathParameters } : null,
  queryStringParameters: null,
  body: probe.body ?? null,
  isBase64Encoded: false,
  requestContext: { requestId, authorizer: probe.isPublic ? null : { clientId: proberId } },
});

const proxyAnswer = z.object({ statusCode: z.int(), body: z.string() });

const parsedJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Longest part of an answer that is told: probes get no data of customers. */
const maximumShown = 300;

/** Holds an answer of a function against the contract. Nothing: it fits. */
export const faultIn = ({ name: probe, answer }: Probe, payload: unknown): ProbeFault | undefined => {
  const expected = `status ${answer.status} with its body`;
  const parsed = z.safeParse(proxyAnswer, payload);
  if (!parsed.success) return { probe, got: JSON.stringify(payload ?? null).slice(0, maximumShown), expected };
  const { statusCode, body } = parsed.data;
  const got = `status ${statusCode}: ${body.slice(0, maximumShown)}`;
  if (statusCode !== answer.status) return { probe, got, expected };
  const fits = z.safeParse(answer.schema, parsedJson(body));
  if (fits.success) return undefined;
  const faults = fieldIssues(fits.error).map(
    ({ field, expected: what }) => `${field === '' ? 'body' : field}: ${what}`,
  );
  return { probe, got, expected: `${expected}; ${faults.join('; ')}` };
};
