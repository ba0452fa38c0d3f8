import type { Clock } from '../shared/clock.port';
import { RegionNotEvacuatedError } from '../shared/region-gate.errors';
import type { QuietAnswer, QuietRequest } from './await-quiet.contract';
import { publishedSince } from './published-since';
import type { RegionTable } from './region-ledger.port';
import { decideQuiet } from './region-quiet';

/** What await-quiet works with. */
export interface AwaitQuietDeps {
  /** The region it runs in. */
  readonly here: string;
  readonly leaseSeconds: number;
  readonly tables: readonly RegionTable[];
  readonly clock: Clock;
}

/**
 * Tells whether a region that was evacuated to this one writes no more, by this region's replicas alone: what they show has come
 * after everything that the region wrote before.
 * @throws RegionNotEvacuatedError the region has no fence that names this one
 */
export const awaitQuiet =
  ({ here, leaseSeconds, tables, clock }: AwaitQuietDeps) =>
  async ({ region, heardSince }: QuietRequest): Promise<QuietAnswer> => {
    const terms = { leaseSeconds, ...(heardSince !== undefined && { heardSince: new Date(heardSince) }) };
    const looked = await Promise.all(
      tables.map(async ({ context, own }) => {
        const records = await own.recordsOf(region);
        const decision = decideQuiet(records, here, terms, clock.now());
        if (decision.kind === 'not-evacuated' || !records.fence) throw new RegionNotEvacuatedError(region, here);
        return { context, decision, fence: records.fence };
      }),
    );
    const open = looked.flatMap(({ context, decision }) =>
      decision.kind === 'not-yet' ? [`${context}: ${decision.why}`] : [],
    );
    return {
      answer: open.length === 0 ? 'quiet' : 'not-yet',
      why: open.join('; '),
      since: publishedSince(looked.map(({ fence }) => fence)),
    };
  };
