/** Name of the role that seals a region's chains: the key's policy has to know it before it exists. */
export const sealerName = (prefix: string, region: string): string => `${prefix}-seal-${region}`;
