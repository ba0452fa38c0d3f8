import { isDeepStrictEqual } from 'node:util';
import type { ApiBreak } from '../api/api-break';
import { apiBreaks } from '../api/api-breaks';
import { asked, type Check, type Finding, notAsked } from '../check';
import { apiPath } from '../openapi-document';

const shown = (value: unknown): string => {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
};

const findingOf = ({ where, what, before, after }: ApiBreak): Finding => ({
  what: `clients of what is served would break: ${what}; ${shown(before)} became ${shown(after)}`,
  where: `${apiPath}: ${where}`,
  fix: 'keep what clients rely on; what has to break belongs into a new version of the path, beside the old one',
});

/** Whether clients that know the served contract get on with the candidate. */
export const apiCompatibility: Check = {
  pair: 'code × contracts',
  claim: 'clients of the served API are answered as before',
  ask: ({ candidate: { api }, served }) => {
    if (!served.known) return notAsked(served.because);
    const { api: before } = served.value;
    if (!before.known) return notAsked(before.because);
    // Most releases leave it alone.
    return asked(isDeepStrictEqual(before.value, api) ? [] : apiBreaks(before.value, api).map(findingOf));
  },
};
