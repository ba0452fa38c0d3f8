import { isDeepStrictEqual } from 'node:util';
import { breaking, compareOpenApi } from 'api-smart-diff';
import { asked, type Check, type Finding, notAsked } from '../check';
import { type OpenApiDocument, pointerTo } from '../openapi-document';

type Difference = ReturnType<typeof compareOpenApi>['diffs'][number];

const isInRequest = ({ path }: Difference): boolean => path.includes('requestBody') || path.includes('parameters');

/**
 * What the library calls harmless and is not: a value of another type, whoever reads it; and a field that clients send and that is refused now,
 * as the contract closes every object.
 */
const isBreaking = (difference: Difference): boolean => {
  const { path, action, type } = difference;
  const [container, last] = path.slice(-2);
  if (last === 'type' && action === 'replace') return true;
  if (container === 'properties' && action === 'remove' && isInRequest(difference)) return true;
  return type === breaking;
};

const shown = (value: unknown): string => {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
};

const findingOf = ({ path, before, after, description }: Difference): Finding => ({
  what: `clients of what is served would break: ${description?.trim() || 'changed'}; ${shown(before)} became ${shown(after)}`,
  where: `contracts/openapi/tenfold-v1.yaml: ${pointerTo(path)}`,
  fix: 'keep what clients rely on; what has to break belongs into a new version of the path, beside the old one',
});

/** What of a contract would break clients that know an earlier one. */
const breakingChanges = (before: OpenApiDocument, after: OpenApiDocument): readonly Finding[] =>
  // A component is told where it is used: there it is known whether clients send or read it.
  compareOpenApi(before, after)
    .diffs.filter(({ path }) => path[0] === 'paths')
    .filter(isBreaking)
    .map(findingOf);

/** Whether clients that know the served contract get on with the candidate. */
export const apiCompatibility: Check = {
  pair: 'code × contracts',
  claim: 'clients of the served API are answered as before',
  ask: ({ candidate: { api }, served }) => {
    if (!served.known) return notAsked(served.because);
    const { api: before } = served.value;
    if (!before.known) return notAsked(before.because);
    // Most releases leave it alone, and to compare takes a third of a second.
    return asked(isDeepStrictEqual(before.value, api) ? [] : breakingChanges(before.value, api));
  },
};
