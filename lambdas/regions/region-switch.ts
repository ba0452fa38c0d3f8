import type { RegionFence } from '../shared/region-standing';

/** What a Region switch plan asks a region to do: take over from the other one, or have itself let back in by it. */
export const switchActions = ['evacuate-other', 'return-here'] as const;
/** One of them. */
export type SwitchAction = (typeof switchActions)[number];

/** The two regions of a plan, as the one that is asked sees them. */
export interface SwitchedPair {
  readonly here: string;
  readonly other: string;
}

/** `run`: an execution whose name begins with `prefix` has to succeed; it may be under way, or over, already. */
export type SwitchDecision =
  | { readonly kind: 'done' }
  | { readonly kind: 'run'; readonly prefix: string; readonly input: { readonly [field: string]: unknown } };

/**
 * What is left to be done. An evacuation that stands is repeated under its epoch, so that the plan may ask as often as it likes. Its loss is
 * always declared: a region that answers is quiet sooner all the same, and one that does not must not keep the plan from its end.
 * @param fence of the region that is evacuated, or let back in
 */
export const decideSwitch = (
  action: SwitchAction,
  { here, other }: SwitchedPair,
  fence: RegionFence | undefined,
): SwitchDecision => {
  if (action === 'return-here') {
    if (fence?.fenced !== true) return { kind: 'done' };
    return { kind: 'run', prefix: `${here}-${fence.epoch}`, input: { region: here } };
  }
  const stands = fence?.fenced === true && fence.successor === here;
  const epoch = (fence?.epoch ?? 0) + (stands ? 0 : 1);
  const decided = { region: other, successor: here, epoch, lossDeclared: true };
  const input = { ...decided, by: 'ARC Region switch', reason: 'a Region switch plan was run' };
  return { kind: 'run', prefix: `${other}-${epoch}-loss`, input };
};
