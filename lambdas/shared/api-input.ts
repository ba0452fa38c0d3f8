import * as z from 'zod/mini';
import type { ApiEvent } from './api-event';
import { fieldIssues } from './issue-text';
import { BadRequestProblem, type ProblemField, TooLargeProblem, UnsupportedMediaTypeProblem } from './problem';
import { isSensitive } from './sensitive-keys';

/** Largest body a route takes, in bytes. */
const MAX_BODY_BYTES = 64 * 1024;
const MAX_ECHO_CHARACTERS = 64;

const valueAt = (input: unknown, field: string): ProblemField['value'] | undefined => {
  const keys = field.split(/[.[\]]/).filter((key) => key !== '');
  if (keys.some(isSensitive)) return undefined;
  let value = input;
  for (const key of keys) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as { readonly [key: string]: unknown })[key];
  }
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value;
  return typeof value === 'string' && value.length <= MAX_ECHO_CHARACTERS ? value : undefined;
};

/**
 * Parses one part of a request.
 * @throws BadRequestProblem naming each field, what was sent and what was expected
 */
export const parseInput = <Schema extends z.core.$ZodType>(
  part: 'body' | 'path' | 'header' | 'query',
  schema: Schema,
  input: unknown,
): z.output<Schema> => {
  const parsed = z.safeParse(schema, input);
  if (parsed.success) return parsed.data;
  const errors = fieldIssues(parsed.error).map(({ field, expected }) => {
    const value = valueAt(input, field);
    return { field: field === '' ? part : field, ...(value !== undefined && { value }), expected };
  });
  throw new BadRequestProblem(`the ${part} of the request does not fit its contract`, { errors });
};

/** Headers by lower-case name. */
export const lowerCaseHeaders = (event: Partial<Pick<ApiEvent, 'headers'>>): { [name: string]: string } => {
  const headers: { [name: string]: string } = {};
  for (const [name, value] of Object.entries(event.headers ?? {})) {
    if (value !== undefined) headers[name.toLowerCase()] = value;
  }
  return headers;
};

const isJson = (contentType: string | undefined): boolean =>
  /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(contentType ?? '');

/**
 * The request's body as parsed JSON.
 * @throws UnsupportedMediaTypeProblem | TooLargeProblem | BadRequestProblem
 */
export const readJsonBody = (
  event: Pick<ApiEvent, 'body' | 'isBase64Encoded'>,
  contentType: string | undefined,
): unknown => {
  const expected = 'application/json';
  if (!isJson(contentType)) {
    const value = contentType?.slice(0, MAX_ECHO_CHARACTERS);
    const errors = [{ field: 'content-type', ...(value !== undefined && { value }), expected }];
    throw new UnsupportedMediaTypeProblem('the body must be JSON', { errors });
  }
  const bytes = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > MAX_BODY_BYTES) {
    const errors = [{ field: 'body', expected: `at most ${MAX_BODY_BYTES} bytes` }];
    throw new TooLargeProblem(`the body has ${bytes.length} bytes`, { errors });
  }
  const refuseProto = (key: string, value: unknown): unknown => {
    if (key !== '__proto__') return value;
    // Copying an object would drop it without a word.
    const errors = [{ field: '__proto__', expected: 'another name' }];
    throw new BadRequestProblem('the body has a field that no object can hold', { errors });
  };
  try {
    return JSON.parse(bytes.toString('utf8'), refuseProto);
  } catch (cause) {
    if (cause instanceof BadRequestProblem) throw cause;
    const errors = [{ field: 'body', expected: 'JSON' }];
    throw new BadRequestProblem('the body is not JSON', { errors, cause });
  }
};
