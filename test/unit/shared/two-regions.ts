import { InMemoryRegionGate } from '../../../lambdas/shared/in-memory-region-gate.adapter';
import { fenceOf, leaseOf } from './region-records';

const clock = { now: () => new Date('2026-11-23T08:00:00.000Z') };
const [home, successor] = ['sa-east-1', 'us-east-1'];

/** The gate of a region that was evacuated. */
export const evacuatedGate = (): InMemoryRegionGate => {
  const gate = new InMemoryRegionGate({ region: home, clock });
  gate.records.set(home, { fence: fenceOf(home, successor) });
  return gate;
};

/** A region and its successor: where each is, its gate, and the evacuation of the first. */
export const twoRegions = () => {
  const here = { region: home, gate: new InMemoryRegionGate({ region: home, clock }) };
  const there = { region: successor, gate: new InMemoryRegionGate({ region: successor, clock }) };
  const fence = (fenced: boolean) => {
    const unfencedAt = fenced ? undefined : '2026-11-23T08:00:00.000Z';
    const lease = fenced
      ? leaseOf(home, '2026-11-23T07:59:00.000Z', { epoch: 1, state: 'QUIESCED' })
      : leaseOf(home, '2026-11-23T09:00:00.000Z', { epoch: 1 });
    for (const { gate } of [here, there])
      gate.records.set(home, { lease, fence: fenceOf(home, successor, { fenced, unfencedAt }) });
  };
  return { here, there, evacuate: () => fence(true), letBackIn: () => fence(false) };
};
