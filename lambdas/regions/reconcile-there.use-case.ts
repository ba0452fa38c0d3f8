import type { Reconciled, ReconcileThereRequest } from './reconcile-there.contract';
import { UnknownRegionError } from './regions.errors';

/** What reconcile-there works with. */
export interface ReconcileThereDeps {
  readonly regions: readonly string[];
  /** Asks a function of another region, and answers what it answered. */
  readonly ask: (region: string, payload: Omit<ReconcileThereRequest, 'region'>) => Promise<Reconciled>;
}

/**
 * Has a returning region put its own stock right: only it may write its pools, and a state machine calls no function of another region.
 * @throws UnknownRegionError
 */
export const reconcileThere =
  ({ regions, ask }: ReconcileThereDeps) =>
  async ({ region, ...payload }: ReconcileThereRequest): Promise<Reconciled> => {
    if (!regions.includes(region)) throw new UnknownRegionError(region, regions);
    return ask(region, payload);
  };
