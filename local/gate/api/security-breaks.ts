import { isDeepStrictEqual } from 'node:util';
import { type OpenApiDocument, valueAt } from '../openapi-document';
import type { ApiBreak } from './api-break';
import type { Security } from './api-operation';

type Requirement = Security[number];

/** No requirement at all is one that anybody meets. */
const alternatives = (security: Security): Security => (security.length === 0 ? [{}] : security);

const isMetBy = (needed: Requirement, shown: Requirement): boolean =>
  Object.entries(needed).every(
    ([scheme, scopes]) => scopes.every((scope) => shown[scheme]?.includes(scope)) && scheme in shown,
  );

/** What says how to come to a token: not words, nor the list of scopes, as each operation names those that it demands. */
const tokensOf = (scheme: unknown): unknown =>
  JSON.parse(
    JSON.stringify(scheme ?? null, (key, value: unknown) =>
      key === 'description' || key === 'scopes' ? undefined : value,
    ),
  );

/**
 * Ways to be let in that are enough for the contract before, and not for the one after.
 * @param pointer of the operation
 */
export const securityBreaks = (
  pointer: string,
  [before, after]: readonly [OpenApiDocument, OpenApiDocument],
  [was, is]: readonly [Security, Security],
): readonly ApiBreak[] => {
  const schemeAt = (api: OpenApiDocument, scheme: string) => valueAt(api, `#/components/securitySchemes/${scheme}`);
  /** Tokens of a scheme that is another one now are worth nothing. */
  const isAsBefore = (scheme: string): boolean =>
    isDeepStrictEqual(tokensOf(schemeAt(before, scheme)), tokensOf(schemeAt(after, scheme)));
  const worth = (requirement: Requirement): Requirement =>
    Object.fromEntries(Object.entries(requirement).filter(([scheme]) => isAsBefore(scheme)));
  return alternatives(was).every((shown) => alternatives(is).some((needed) => isMetBy(needed, worth(shown))))
    ? []
    : [{ where: `${pointer}/security`, what: 'who was let in is not any more', before: was, after: is }];
};
