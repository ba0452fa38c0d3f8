/** How a command about flags goes on without the regions that are dark. */
export const withoutDarkRegions = (others: readonly string[]): string =>
  others.length === 0 ? '' : `for the others: ${others.map((region) => `--region ${region}`).join(', ')}`;
