import type { Clock } from '../shared/clock.port';
import type { RegionLedger } from './region-ledger.port';
import { decideSwitch, type SwitchAction, type SwitchedPair } from './region-switch';
import { SwitchUnderWayError } from './regions.errors';
import type { SwitchedRegionAnswer } from './switch-region.contract';
import type { WorkflowRuns } from './workflow-runs.port';

/** What switch-region works with. */
export interface SwitchRegionDeps extends SwitchedPair {
  readonly ledger: Pick<RegionLedger, 'recordsOf'>;
  /** Of the workflow that carries the action out. */
  readonly runs: WorkflowRuns;
  readonly clock: Clock;
}

/**
 * Carries out what a Region switch plan asks for, and fails for as long as it is under way: ARC calls again each minute, and takes an answer
 * for the end. However often it is called, with one effect.
 * @throws SwitchUnderWayError it is not done yet
 */
export const switchRegion =
  ({ here, other, ledger, runs, clock }: SwitchRegionDeps) =>
  async (action: SwitchAction): Promise<SwitchedRegionAnswer> => {
    const region = action === 'evacuate-other' ? other : here;
    const { fence } = await ledger.recordsOf(region);
    const decision = decideSwitch(action, { here, other }, fence);
    if (decision.kind === 'done') return { region, action };
    const { prefix, input } = decision;
    const progress = await runs.progressOf(prefix);
    if (progress === 'succeeded') return { region, action };
    if (progress === 'none') await runs.start(`${prefix}.${clock.now().getTime()}`, input);
    throw new SwitchUnderWayError(region, action);
  };
