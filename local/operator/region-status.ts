import { type RegionFence, type RegionStanding, standingOf } from '../../lambdas/shared/region-standing';
import type { RegionView } from './region-views';

/** What is known of a region. */
export interface RegionStatus {
  readonly region: string;
  /** `unknown`: no replica answers. `no-lease`: its keeper has never run. `mixed`: its tables do not agree. */
  readonly standing: RegionStanding['kind'] | 'no-lease' | 'mixed' | 'unknown';
  /** Whether its own replicas have answered. */
  readonly answers: boolean;
  /** The earliest end of its leases, RFC 3339. */
  readonly leaseUntil?: string;
  /** The newest fence that any replica knows. */
  readonly fence?: RegionFence;
  /** Replicas that know something else of its fence than the newest, or do not answer: `<region>/<context>`. */
  readonly divergent: readonly string[];
}

const rankOf = ({ epoch, fenced }: RegionFence): number => epoch * 2 + (fenced ? 0 : 1);

const standingBy = ({ records }: RegionView, now: Date): RegionStatus['standing'] => {
  if (records === undefined) return 'unknown';
  const { lease, fence } = records;
  return lease === undefined && !fence?.fenced ? 'no-lease' : standingOf(lease, fence, now).kind;
};

/** What all replicas together say of a region: of its lease its own, of its fence the newest that any of them has. */
export const statusOf = (region: string, views: readonly RegionView[], now: Date): RegionStatus => {
  const about = views.filter((view) => view.region === region);
  const known = about.filter(({ records }) => records !== undefined);
  const own = known.filter(({ asked }) => asked === region);
  const told = own.length > 0 ? own : known;
  const standings = new Set(told.map((view) => standingBy(view, now)));
  const [standing = 'unknown', ...others] = standings;
  const fence = known
    .flatMap(({ records }) => records?.fence ?? [])
    .reduce<RegionFence | undefined>(
      (newest, one) => (newest === undefined || rankOf(one) > rankOf(newest) ? one : newest),
      undefined,
    );
  const [leaseUntil] = told.flatMap(({ records }) => records?.lease?.activeUntil ?? []).sort();
  const isDivergent = ({ records }: RegionView) =>
    records === undefined || (fence !== undefined && (!records.fence || rankOf(records.fence) !== rankOf(fence)));
  return {
    region,
    standing: others.length > 0 ? 'mixed' : standing,
    answers: own.length > 0,
    ...(leaseUntil !== undefined && { leaseUntil }),
    ...(fence && { fence }),
    divergent: about.filter(isDivergent).map(({ asked, context }) => `${asked}/${context}`),
  };
};

const fenceText = (fence: RegionFence | undefined): string => {
  if (fence === undefined) return 'none';
  const { fenced, successor, epoch, fencedAt, unfencedAt, lossDeclared, by, reason } = fence;
  return fenced
    ? `epoch ${epoch} since ${fencedAt}, to ${successor}${lossDeclared ? ', loss declared' : ''}, by ${by}: ${reason}`
    : `none; epoch ${epoch} was lifted ${unfencedAt === undefined ? `without ${successor}, by ${by}: ${reason}` : `at ${unfencedAt}`}`;
};

/** The status of all regions as text, one region a block. */
export const statusText = (statuses: readonly RegionStatus[]): string =>
  statuses
    .map(({ region, standing, answers, leaseUntil, fence, divergent }) =>
      [
        `${region}: ${standing}${answers ? '' : ' (its own tables do not answer; by what the others know)'}`,
        `  lease until  ${leaseUntil ?? 'none'}`,
        `  fence        ${fenceText(fence)}`,
        `  unknown or behind  ${divergent.length === 0 ? 'nowhere' : divergent.join(', ')}`,
      ].join('\n'),
    )
    .join('\n\n');
