import type { CatalogueLoad } from './load-catalogue';

/** How the first stock was divided, in one line. */
export const stockedLine = (
  { stocked, regions }: Pick<CatalogueLoad, 'stocked' | 'regions'>,
  only?: string,
): string => {
  const [first = '', ...others] = regions;
  const what = `${stocked} pools of stock loaded${only === undefined ? '' : ` in ${only}`}`;
  return others.length === 0
    ? `${what}, all of it in ${first}`
    : `${what}, divided by ${regions.length} among ${regions.join(', ')}; what is left over went to ${first}`;
};
