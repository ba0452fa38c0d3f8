/** The continents that Route 53 tells clients apart by. */
export const continents = ['AF', 'AN', 'AS', 'EU', 'NA', 'OC', 'SA'] as const;
export type Continent = (typeof continents)[number];

/** Where clients go when their own continent has no region: the nearest first, by the usual way of sea cables. */
const neighbours: Record<Continent, readonly Continent[]> = {
  AF: ['EU', 'AS', 'NA', 'SA', 'OC'],
  AN: ['SA', 'OC', 'AF', 'NA', 'EU', 'AS'],
  AS: ['OC', 'EU', 'NA', 'AF', 'SA'],
  EU: ['NA', 'AF', 'AS', 'SA', 'OC'],
  NA: ['SA', 'EU', 'AS', 'OC', 'AF'],
  OC: ['AS', 'NA', 'SA', 'EU', 'AF'],
  SA: ['NA', 'EU', 'AF', 'OC', 'AS'],
};

/** Sydney, Melbourne and Auckland are the only regions whose names do not say their continent. */
const oceania = new Set(['ap-southeast-2', 'ap-southeast-4', 'ap-southeast-6']);

const byPrefix: { readonly [prefix: string]: Continent } = {
  af: 'AF',
  ap: 'AS',
  ca: 'NA',
  cn: 'AS',
  eu: 'EU',
  eusc: 'EU',
  il: 'AS',
  me: 'AS',
  mx: 'NA',
  sa: 'SA',
  us: 'NA',
};

const continentOf = (region: string): Continent | undefined =>
  oceania.has(region) ? 'OC' : byPrefix[region.split('-')[0] ?? ''];

/**
 * Which region serves each continent when nobody says otherwise: one on that continent, else one on the nearest that has any.
 * Of several on a continent the first of the list.
 */
export const nearestRegions = (
  regions: readonly [string, ...(readonly string[])],
): Readonly<Record<Continent, string>> => {
  const nearest = (continent: Continent): string =>
    [continent, ...neighbours[continent]]
      .map((candidate) => regions.find((region) => continentOf(region) === candidate))
      .find((found) => found !== undefined) ?? regions[0];
  return {
    AF: nearest('AF'),
    AN: nearest('AN'),
    AS: nearest('AS'),
    EU: nearest('EU'),
    NA: nearest('NA'),
    OC: nearest('OC'),
    SA: nearest('SA'),
  };
};
