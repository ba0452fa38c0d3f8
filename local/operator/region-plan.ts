import { RegionRefusalError } from './region.errors';
import type { RegionCommand } from './region-command';
import type { RegionStatus } from './region-status';

/** A workflow to start: where, and with what. */
export interface WorkflowStart {
  /** The region whose state machine is started: the successor. */
  readonly where: string;
  readonly output: 'EvacuateRegionArn' | 'ReturnRegionArn';
  /** What the execution's name begins with: two of one beginning are never started at a time. */
  readonly prefix: string;
  readonly input: { readonly [field: string]: unknown };
}

/** What the function is called with that opens a region, but for who asked (`by`). */
export interface ReopeningCall {
  readonly lost: string;
  readonly reason: string;
}

const known = (region: string, statuses: readonly RegionStatus[]): RegionStatus => {
  const status = statuses.find((one) => one.region === region);
  if (status) return status;
  throw new RegionRefusalError(
    `the stage has no region ${region}; expected one of ${statuses.map((one) => one.region).join(', ')}`,
  );
};

// A stage that was deployed a moment ago has no leases yet, and writes all the same.
const isInService = ({ standing, answers }: RegionStatus): boolean =>
  answers && (standing === 'active' || standing === 'no-lease');

const successorOf = (
  { region, successor }: Extract<RegionCommand, { readonly kind: 'evacuate' }>,
  fenced: string | undefined,
  statuses: readonly RegionStatus[],
): string => {
  const wanted = successor ?? fenced;
  if (wanted !== undefined) {
    const status = known(wanted, statuses);
    if (isInService(status)) return wanted;
    throw new RegionRefusalError(
      `${wanted} cannot take over: it is ${status.standing}; expected a region that is in service`,
    );
  }
  const found = statuses.find((status) => status.region !== region && isInService(status));
  if (found) return found.region;
  throw new RegionRefusalError(
    `${region} is the last region in service, and is not evacuated: no other one is there to take over`,
  );
};

/**
 * What is started to evacuate a region, but for who asked (`by`). An evacuation that stands is repeated under its epoch; a new one gets the next.
 * @throws RegionRefusalError no such region, or nobody to take over
 */
export const planEvacuation = (
  command: Extract<RegionCommand, { readonly kind: 'evacuate' }>,
  statuses: readonly RegionStatus[],
): WorkflowStart => {
  const { region, lossDeclared, reason } = command;
  const { fence } = known(region, statuses);
  const successor = successorOf(command, fence?.fenced ? fence.successor : undefined, statuses);
  const isRepeated = fence?.fenced === true && fence.successor === successor;
  const epoch = isRepeated ? fence.epoch : (fence?.epoch ?? 0) + 1;
  return {
    where: successor,
    output: 'EvacuateRegionArn',
    prefix: `${region}-${epoch}${lossDeclared ? '-loss' : ''}`,
    input: { region, successor, epoch, lossDeclared, reason },
  };
};

/**
 * What is started to let a region back in, in the region that took over from it.
 * @throws RegionRefusalError no such region, or it is not evacuated
 */
export const planReturn = (region: string, statuses: readonly RegionStatus[]): WorkflowStart => {
  const { fence, standing } = known(region, statuses);
  if (!fence?.fenced)
    throw new RegionRefusalError(`${region} is not evacuated: it is ${standing}, and nothing is to be done`);
  const { successor, epoch } = fence;
  return { where: successor, output: 'ReturnRegionArn', prefix: `${region}-${epoch}`, input: { region } };
};

/**
 * What is called in a region that is to be opened without another one, which is lost.
 * @throws RegionRefusalError no such region, or there is another way
 */
export const planReopening = (
  { region, lost, reason }: Extract<RegionCommand, { readonly kind: 'reopen' }>,
  statuses: readonly RegionStatus[],
): ReopeningCall => {
  const own = known(region, statuses);
  const other = known(lost, statuses);
  if (isInService(own)) throw new RegionRefusalError(`${region} is in service; expected one that is not`);
  // Two that are both closed may answer us, and still not be able to let each other in.
  if (other.answers && other.standing !== 'fenced' && other.standing !== 'lease-expired')
    throw new RegionRefusalError(
      `${lost} answers, and is ${other.standing}: it is not lost; expected return, or an evacuation, in its place`,
    );
  return { lost, reason };
};
