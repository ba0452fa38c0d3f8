/** The place that a search is sealed for: it opens in no other event and for no other customer. */
export const sealedQueryField = (entity: string, sequence: number): string => `${entity}/${sequence}/query`;
