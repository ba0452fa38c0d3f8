import { AdaptivePace } from './adaptive-pace';
import { BackfillTooEarlyError, FormRefusedError, UnreadableItemError } from './backfill.errors';
import type { BackfillCheckpoint, BackfillCheckpoints } from './backfill-checkpoints.port';
import type { BackfillProgress, BackfillRequest } from './backfill-entities.contract';
import type { Clock } from './clock.port';
import { cursorBehind } from './cursor-behind';
import type { EntityForms, FormsPage, StoredItem, UnreadableItem } from './entity-forms.port';
import type { EntitySchema } from './entity-schema';
import { decideRewriting } from './form-rewriting';
import type { Log } from './log.port';
import type { RegionGate } from './region-gate.port';

/** What a backfill of one kind in one region works with. */
export interface BackfillEntitiesDeps<State> {
  readonly kind: string;
  readonly region: string;
  readonly forms: EntityForms;
  readonly checkpoints: BackfillCheckpoints;
  readonly schema: EntitySchema<State>;
  readonly gate: Pick<RegionGate, 'assertActive'>;
  readonly clock: Clock;
  /** Waits, in milliseconds. */
  readonly wait: (milliseconds: number) => Promise<void>;
  readonly log: Pick<Log, 'error'>;
  /** Does to a state what its upcaster cannot, so that the newest version takes it. @default nothing: the upcaster does all */
  readonly complete?: (state: State) => Promise<State>;
}

/** Entities rewritten side by side. */
const AT_ONCE = 8;
/** Tries of an entity that others change meanwhile, or that is throttled. */
const MAX_TRIES = 8;

type End = 'changed' | 'newest' | 'foreign' | 'left';

const resumed = (
  known: BackfillCheckpoint | undefined,
  { run, segment, segments }: BackfillRequest,
  schemaVersion: number,
  now: string,
): BackfillCheckpoint => {
  if (known?.run === run && known.segments === segments) return known;
  const none = { seen: 0, changed: 0, foreign: 0, left: 0 };
  const times = { startedAt: now, updatedAt: now };
  return { run, schemaVersion, segment, segments, ...none, done: false, ...times, revision: known?.revision ?? 0 };
};

/**
 * Rewrites this region's entities of a part of the table that are stored in an old version, until time is over or all are done. An entity
 * keeps its version and makes no event: nobody but the store can tell, and a change that is decided upon meanwhile is committed as if
 * nothing had happened. May be killed at any moment and called again: what is rewritten stays, and what was not yet told to the
 * checkpoint is looked at once more.
 * @throws BackfillTooEarlyError functions do not write the newest version yet
 * @throws RegionFencedError the region may not write now
 * @throws BackfillTakenError somebody else works on the same part
 */
export const backfillEntities =
  <State>({ kind, region, forms, checkpoints, schema, gate, clock, wait, log, ...more }: BackfillEntitiesDeps<State>) =>
  async (request: BackfillRequest): Promise<BackfillProgress> => {
    if (!schema.writesNewest) throw new BackfillTooEarlyError(kind, schema.newest);
    const end = clock.now().getTime() + request.seconds * 1_000;
    const pace = new AdaptivePace({ perSecond: request.writesPerSecond, clock, wait });
    const now = () => clock.now().toISOString();
    const begun = resumed(await checkpoints.find(request.segment), request, schema.newest, now());

    const { complete = async (state: State) => state } = more;
    const rewrite = async (found: StoredItem | UnreadableItem): Promise<End> => {
      let item: StoredItem | UnreadableItem | undefined = found;
      for (let tries = 1; tries <= MAX_TRIES && item !== undefined; tries += 1) {
        const decision = decideRewriting(item, { region, schema });
        if (decision.kind === 'homeless') {
          log.error('entity not rewritten', { entity: item.entity, reason: 'no home region' });
          return 'left';
        }
        if (decision.kind === 'unreadable') {
          log.error('entity not rewritten', { entity: item.entity, error: decision.error });
          return 'left';
        }
        if (decision.kind !== 'rewrite') return decision.kind;
        const { known, state } = decision;
        const form = schema.write(await complete(state), known.schemaVersion);
        await pace.turn();
        // After the wait: what is written by an older check than a handover allows could come after a successor's change.
        await gate.assertActive();
        const outcome = await forms.rewrite(known, form);
        if (outcome === 'throttled') {
          pace.wasThrottled();
          continue;
        }
        pace.wentWell();
        if (outcome === 'rewritten') return 'changed';
        item = await forms.find(item.entity);
      }
      return 'left';
    };

    const workOn = async (item: StoredItem | UnreadableItem): Promise<End> => {
      try {
        return await rewrite(item);
      } catch (error) {
        // What is about one entity holds no other one up. It stays as it is, is counted, and the old form cannot be given up.
        if (!(error instanceof FormRefusedError || error instanceof UnreadableItemError)) throw error;
        log.error('entity not rewritten', { entity: item.entity, error });
        return 'left';
      }
    };

    /** The checkpoint after as much of a page as there was time for. */
    const after = async (
      before: BackfillCheckpoint,
      { items, next }: FormsPage<StoredItem | UnreadableItem>,
    ): Promise<BackfillCheckpoint> => {
      const ends: End[] = [];
      while (ends.length < items.length && (ends.length === 0 || clock.now().getTime() < end)) {
        const some = items.slice(ends.length, ends.length + AT_ONCE);
        ends.push(...(await Promise.all(some.map(workOn))));
      }
      const last = ends.length < items.length ? items[ends.length - 1] : undefined;
      const { cursor: _passed, ...known } = before;
      const cursor = last === undefined ? next : cursorBehind(last.entity);
      const count = (what: End) => ends.filter((one) => one === what).length;
      return {
        ...known,
        seen: before.seen + ends.length,
        changed: before.changed + count('changed'),
        foreign: before.foreign + count('foreign'),
        left: before.left + count('left'),
        done: cursor === undefined,
        ...(cursor && { cursor }),
        updatedAt: now(),
        revision: before.revision + 1,
      };
    };

    let at = begun;
    while (!at.done) {
      await gate.assertActive();
      at = await after(at, await forms.page(request, at.cursor));
      await checkpoints.save(at);
      if (clock.now().getTime() >= end) break;
    }
    const { cursor: _cursor, revision: _revision, ...progress } = at;
    return progress;
  };
