import { type OpenApiDocument, operationsOf, pointerTo } from '../openapi-document';
import type { ApiBreak } from './api-break';
import { type ApiOperation, apiOperationAt, type MediaTypes } from './api-operation';
import { type ApiSchema, excessOf } from './schema-inclusion';
import { securityBreaks } from './security-breaks';

/** Part of a contract before and after. */
type Change<Part> = readonly [before: Part, after: Part];
type SchemaBreaks = (where: string, change: Change<ApiSchema>) => readonly ApiBreak[];

/** Clients send by the contract before, and are taken by the one after. */
const requestBreaks: SchemaBreaks = (where, [before, after]) =>
  excessOf(before, after, 'server').map(({ path, sent, taken }) => ({
    where: `${where}${pointerTo(path).slice(1)}`,
    what: 'less is taken in requests',
    before: sent,
    after: taken,
  }));

/** Clients read by the contract before what is answered by the one after. */
const answerBreaks: SchemaBreaks = (where, [before, after]) =>
  excessOf(after, before, 'client').map(({ path, sent, taken }) => ({
    where: `${where}${pointerTo(path).slice(1)}`,
    what: 'answers may be what they were not',
    before: taken,
    after: sent,
  }));

const gone = (where: string, what: string, before: unknown): readonly ApiBreak[] => [
  { where, what: `${what} is gone`, before, after: undefined },
];
const demanded = (where: string, what: string, before: unknown, after: unknown): readonly ApiBreak[] => [
  { where, what: `${what} is demanded`, before, after },
];

const bodyBreaks = (pointer: string, [before, after]: Change<MediaTypes>, breaks: SchemaBreaks): readonly ApiBreak[] =>
  Object.entries(before).flatMap(([type, was]) => {
    const [place, is] = [`${pointer}${pointerTo(['content', type]).slice(1)}`, after[type]];
    return is === undefined
      ? gone(place, `media type ${type}`, was)
      : breaks(`${place}/schema`, [was.schema, is.schema]);
  });

const parameterBreaks = (pointer: string, [before, after]: Change<ApiOperation>): readonly ApiBreak[] => {
  type Parameter = ApiOperation['parameters'][number];
  // Names of headers are the same in upper and lower case.
  const nameOf = ({ in: where, name }: Parameter) => `${where} ${where === 'header' ? name.toLowerCase() : name}`;
  const [was, is] = [before, after].map(({ parameters }) => new Map(parameters.map((one) => [nameOf(one), one])));
  return [...new Set([...(was?.keys() ?? []), ...(is?.keys() ?? [])])].flatMap((name) => {
    const [place, one, other] = [`${pointer}/parameters: ${name}`, was?.get(name), is?.get(name)];
    if (other === undefined) return gone(place, name, one);
    if (other.required && one?.required !== true) return demanded(place, name, one, other);
    return one === undefined ? [] : requestBreaks(`${place}, schema`, [one.schema, other.schema]);
  });
};

const requestBodyBreaks = (pointer: string, [before, after]: Change<ApiOperation>): readonly ApiBreak[] => {
  const [place, was, is] = [`${pointer}/requestBody`, before.requestBody, after.requestBody];
  if (is?.required === true && was?.required !== true) return demanded(place, 'a body', was, is);
  if (was === undefined) return [];
  return is === undefined ? gone(place, 'the body', was) : bodyBreaks(place, [was.content, is.content], requestBreaks);
};

const responseBreaks = (pointer: string, [before, after]: Change<ApiOperation>): readonly ApiBreak[] =>
  Object.entries(before.responses).flatMap(([status, was]) => {
    const [place, is] = [`${pointer}/responses/${status}`, after.responses[status]];
    if (is === undefined) return gone(place, `answer ${status}`, was);
    const headers = Object.entries(was.headers).flatMap(([name, header]) => {
      const [there, now] = [`${place}/headers/${name}`, is.headers[name]];
      if (now === undefined || (header.required && !now.required)) return gone(there, `header ${name}`, header);
      return answerBreaks(`${there}/schema`, [header.schema, now.schema]);
    });
    return [...headers, ...bodyBreaks(place, [was.content, is.content], answerBreaks)];
  });

/**
 * What of a contract would break clients that know an earlier one: less is taken in requests, or more may be in answers.
 * @throws GateError one of them is not as OpenAPI has it
 */
export const apiBreaks = (before: OpenApiDocument, after: OpenApiDocument): readonly ApiBreak[] =>
  operationsOf(before).flatMap(({ operationId, pointer }) => {
    const [was, is] = [apiOperationAt(before, pointer), apiOperationAt(after, pointer)];
    if (was === undefined || is === undefined) return gone(pointer, `operation ${operationId}`, was);
    const change = [was, is] as const;
    return [
      ...securityBreaks(pointer, [before, after], [was.security ?? [], is.security ?? []]),
      ...parameterBreaks(pointer, change),
      ...requestBodyBreaks(pointer, change),
      ...responseBreaks(pointer, change),
    ];
  });
