import * as z from 'zod/mini';

const count = z.int().check(z.minimum(0));

/** Key of an item, where a scan goes on. */
export const itemCursor = z.object({ pk: z.string(), sk: z.string() });
/** Where a scan goes on: behind this item. */
export type ItemCursor = z.infer<typeof itemCursor>;

/** Asks for one invocation's worth of a backfill: a part of a table's scan, as far as it comes. */
export const backfillRequest = z
  .object({
    kind: z.literal('backfill'),
    /** Name of the run; one of an unfinished run goes on where it stopped, another one begins anew. */
    run: z.string().check(z.minLength(1), z.maxLength(64)),
    /** Which part of the table, from 0. */
    segment: count,
    /** How many parts there are. */
    segments: z.int().check(z.minimum(1), z.maximum(64)),
    /** Writes of this part at most. */
    writesPerSecond: z.number().check(z.minimum(1), z.maximum(1_000)),
    /** How long to go on. */
    seconds: z.number().check(z.minimum(0), z.maximum(30)),
  })
  .check(z.refine(({ segment, segments }) => segment < segments, 'a segment below the number of segments'));
/** A part of a backfill. */
export type BackfillRequest = z.infer<typeof backfillRequest>;

/** Asks how many entities are stored in an older version. */
export const countRequest = z.object({
  kind: z.literal('count'),
  /** Where an earlier answer left off. @default the beginning */
  cursor: z.optional(itemCursor),
});

/** What the function that changes stored forms is called with. */
export const formsRequest = z.discriminatedUnion('kind', [backfillRequest, countRequest]);

/** How far a backfill has come with its part of a region's entities. It is kept as an item of the table: whoever goes on begins there. */
export const backfillProgress = z.object({
  run: z.string(),
  /** The version that entities are rewritten to. */
  schemaVersion: z.int(),
  segment: count,
  segments: z.int(),
  /** Entities of the kind that were looked at. */
  seen: count,
  /** Entities that were rewritten. */
  changed: count,
  /** Entities of other regions, which rewrite them themselves. */
  foreign: count,
  /** Entities that stay in their old version: they have no home, could not be read, have a new form that the table refuses, or were changed or throttled again and again. */
  left: count,
  done: z.boolean(),
  /** RFC 3339, UTC. */
  startedAt: z.string(),
  updatedAt: z.string(),
});
/** How far a part of a backfill has come. */
export type BackfillProgress = z.infer<typeof backfillProgress>;

/** How many entities a region's replica holds, whoever's they are. With a cursor there are more: ask again with it. */
export const countedForms = z.object({
  entities: count,
  /** Those stored in a version before the newest, and those that cannot be read, by their home region. */
  old: z.record(z.string(), count),
  /** Those of them without a home region, so that no region rewrites them; some of them by name. */
  homeless: z.object({ count, some: z.array(z.string()) }),
  cursor: z.optional(itemCursor),
});
/** Entities by the form in which they are stored. */
export type CountedForms = z.infer<typeof countedForms>;

/** Partition of the items about a kind's stored form. */
export const schemaPartition = (kind: string): string => `schema/${kind}`;

/** What the sort keys of a region's checkpoints begin with: each region backfills its own entities, and tables are replicated. */
export const checkpointPrefix = (region: string): string => `BACKFILL#${region}#`;
