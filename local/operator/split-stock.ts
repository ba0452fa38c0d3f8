/** Divides the pieces of an article among regions; the first gets what is left over. */
export const splitStock = (pieces: number, regions: readonly string[]): ReadonlyMap<string, number> => {
  const share = Math.floor(pieces / regions.length);
  const rest = pieces - share * regions.length;
  return new Map(regions.map((region, index) => [region, index === 0 ? share + rest : share]));
};
