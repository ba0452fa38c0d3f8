/** What one look at a dependency found. */
export type Finding =
  | { readonly about: string; readonly kind: 'well' }
  /** By the records about regions this one may not write. */
  | { readonly about: string; readonly kind: 'fenced' | 'lease-expired' }
  /** It answered with an error, or could not be asked. */
  | { readonly about: string; readonly kind: 'unreachable' }
  /** It had not answered when the answer was due. */
  | { readonly about: string; readonly kind: 'late' };

/** Whether a region may get traffic. */
export type RegionHealth =
  | { readonly kind: 'in-service'; readonly checked: readonly string[] }
  | { readonly kind: 'out-of-service'; readonly because: readonly Exclude<Finding, { readonly kind: 'well' }>[] };

/**
 * A region is in service when everything it needs to take an order is well. One thing that is not is enough: another region can do
 * all of it. Nothing looked at is no reason to believe that it is.
 */
export const decideHealth = (findings: readonly Finding[]): RegionHealth => {
  const because = findings.flatMap((finding) => (finding.kind === 'well' ? [] : [finding]));
  return because.length === 0 && findings.length > 0
    ? { kind: 'in-service', checked: findings.map(({ about }) => about) }
    : { kind: 'out-of-service', because };
};
