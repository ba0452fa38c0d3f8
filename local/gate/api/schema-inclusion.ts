import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { boundKeywords } from '../bound-keywords';

/** A schema of OpenAPI without references. */
export const apiSchema = z.record(z.string(), z.unknown());
/** A schema of OpenAPI without references. */
export type ApiSchema = z.output<typeof apiSchema>;

/** Who takes what is sent: a server refuses fields that it does not know, a client ignores them. */
export type Taker = 'client' | 'server';

/** A place of a schema at which something may be sent that is not taken. */
export interface Excess {
  /** From the schema to the place. */
  readonly path: readonly string[];
  /** What stands there of what is sent, and of what is taken; `undefined`: nothing, that is anything goes. */
  readonly sent: unknown;
  readonly taken: unknown;
}

/** Whether what is allowed by `sent` is allowed by `taken`, of which there is one. */
type Rule = (sent: unknown, taken: unknown) => boolean;

const subset: Rule = (sent, taken) =>
  Array.isArray(sent) &&
  Array.isArray(taken) &&
  sent.every((value) => taken.some((other) => isDeepStrictEqual(value, other)));

const rules: { readonly [keyword: string]: Rule | undefined } = {
  enum: subset,
  required: (sent = [], taken) => subset(taken, sent),
  ...boundKeywords,
};

/** Keywords that allow and forbid nothing. */
const annotations = new Set('title description example examples default deprecated externalDocs xml'.split(' '));
/** Keywords that are compared together, or one schema with the other. */
const ownRule = new Set(['type', 'nullable', 'properties', 'additionalProperties', 'items']);

const typesOf = ({ type, nullable }: ApiSchema): readonly unknown[] | undefined =>
  type === undefined ? undefined : [type, ...(nullable === true ? ['null'] : [])].flat();

const typeExcess = (sent: ApiSchema, taken: ApiSchema): readonly Excess[] => {
  const [given, allowed] = [typesOf(sent), typesOf(taken)];
  const isAllowed = (type: unknown): boolean =>
    allowed === undefined || allowed.includes(type) || (type === 'integer' && allowed.includes('number'));
  if (allowed === undefined || given?.every(isAllowed)) return [];
  const isOfNull = isDeepStrictEqual(sent['type'], taken['type']);
  const keyword = isOfNull ? 'nullable' : 'type';
  return [{ path: [keyword], sent: sent[keyword], taken: taken[keyword] }];
};

/** A keyword without a rule of its own forbids something, nobody knows what: it stays as it is, or goes. */
const keywordExcess = (sent: ApiSchema, taken: ApiSchema): readonly Excess[] =>
  Object.entries(taken)
    .filter(([keyword]) => !annotations.has(keyword) && !ownRule.has(keyword) && !keyword.startsWith('x-'))
    .filter(([keyword, value]) => !(rules[keyword] ?? isDeepStrictEqual)(sent[keyword], value))
    .map(([keyword, value]) => ({ path: [keyword], sent: sent[keyword], taken: value }));

const propertiesOf = ({ properties }: ApiSchema): { readonly [name: string]: ApiSchema | undefined } =>
  z.record(z.string(), apiSchema).parse(properties ?? {});

/** What fields that are not named may be: nothing, anything, or what a schema says. */
const othersOf = ({ additionalProperties = true }: ApiSchema): ApiSchema | boolean =>
  typeof additionalProperties === 'boolean' ? additionalProperties : apiSchema.parse(additionalProperties);

const within = (path: readonly string[], found: readonly Excess[]): readonly Excess[] =>
  found.map((excess) => ({ ...excess, path: [...path, ...excess.path] }));

const othersExcess = (
  path: readonly string[],
  sent: ApiSchema | boolean,
  taken: ApiSchema | boolean,
  taker: Taker,
): readonly Excess[] => {
  if (sent === false || taken === true) return [];
  if (taken === false) return taker === 'client' ? [] : [{ path, sent, taken }];
  return within(path, excessOf(sent === true ? {} : sent, taken, taker));
};

const fieldExcess = (sent: ApiSchema, taken: ApiSchema, taker: Taker): readonly Excess[] => {
  const [given, known] = [propertiesOf(sent), propertiesOf(taken)];
  const [otherGiven, otherKnown] = [othersOf(sent), othersOf(taken)];
  const fields = [...new Set([...Object.keys(given), ...Object.keys(known)])];
  const named = fields.flatMap((field) => {
    const [path, one, other] = [['properties', field], given[field], known[field]];
    // What a client has read so far it would look for in vain.
    if (one === undefined && taker === 'client') return [{ path, sent: one, taken: other }];
    return othersExcess(path, one ?? otherGiven, other ?? otherKnown, taker);
  });
  return [...named, ...othersExcess(['additionalProperties'], otherGiven, otherKnown, taker)];
};

const itemExcess = (sent: ApiSchema, taken: ApiSchema, taker: Taker): readonly Excess[] =>
  taken['items'] === undefined
    ? []
    : within(['items'], excessOf(apiSchema.parse(sent['items'] ?? {}), apiSchema.parse(taken['items']), taker));

/**
 * What one schema allows to be sent and another does not take, and what a client misses.
 * @throws ZodError one of them is no schema
 */
export const excessOf = (sent: ApiSchema, taken: ApiSchema, taker: Taker): readonly Excess[] => [
  ...typeExcess(sent, taken),
  ...keywordExcess(sent, taken),
  ...fieldExcess(sent, taken, taker),
  ...itemExcess(sent, taken, taker),
];
