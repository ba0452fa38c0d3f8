import { type AccessRecord, accessRecord } from '../../lambdas/shared/access-record.contract';

/** What is in the lines of objects. */
export interface LinesRead {
  readonly records: readonly AccessRecord[];
  /** Lines that hold no record of an access: `verify` says what they are. */
  readonly unreadable: number;
}

const recordIn = (line: string): AccessRecord | undefined => {
  try {
    const link: unknown = JSON.parse(line);
    const record: unknown = typeof link === 'object' && link !== null ? Reflect.get(link, 'record') : undefined;
    return accessRecord.safeParse(record).data;
  } catch {
    return undefined;
  }
};

/** The records in lines of the store, as they are: a record may be there several times, and in two revisions. */
export const recordsIn = (lines: readonly string[]): LinesRead => {
  const records = lines.map(recordIn);
  const found = records.filter((record) => record !== undefined);
  return { records: found, unreadable: records.length - found.length };
};

/** What a later revision may say otherwise: how the access ended, and with that which class it is of. */
const mayDiffer: readonly string[] = ['revision', 'outcome', 'class'];

/** Names of the fields in which records differ that may not. */
const differences = (one: AccessRecord, other: AccessRecord): readonly string[] => {
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  const isSame = (name: string): boolean =>
    JSON.stringify(Reflect.get(one, name)) === JSON.stringify(Reflect.get(other, name));
  const fixed = one.revision === other.revision ? names : names.filter((name) => !mayDiffer.includes(name));
  return fixed.filter((name) => !isSame(name)).sort();
};

/** The distinct records of one id, by revision, and the fields in which they contradict each other. */
interface Revisions {
  readonly records: readonly AccessRecord[];
  readonly contradicted: readonly string[];
}

const revisionsOf = (records: readonly AccessRecord[]): Revisions => {
  const distinct = new Map(records.map((record) => [JSON.stringify(record), record]));
  const ordered = [...distinct.values()].sort((one, other) => one.revision - other.revision);
  const contradicted = ordered.flatMap((record, at) =>
    ordered.slice(0, at).flatMap((known) => differences(known, record)),
  );
  return { records: ordered, contradicted: [...new Set(contradicted)] };
};

const byId = (records: readonly AccessRecord[]): readonly (readonly [string, Revisions])[] =>
  [...Map.groupBy(records, ({ recordId }) => recordId)].map(([id, same]) => [id, revisionsOf(same)]);

/** One sentence for each record whose revisions differ in more than how the access ended: one of them is forged. */
export const contradictionsIn = (records: readonly AccessRecord[]): readonly string[] =>
  byId(records).flatMap(([id, { contradicted }]) =>
    contradicted.length === 0 ? [] : [`record ${id} contradicts itself in ${contradicted.join(', ')}`],
  );

/** Each record once, as its highest revision says it ended, by time; of one that contradicts itself all that is said. */
export const heldRecords = (records: readonly AccessRecord[]): readonly AccessRecord[] =>
  byId(records)
    .flatMap(([, revisions]) => (revisions.contradicted.length > 0 ? revisions.records : revisions.records.slice(-1)))
    .sort((one, other) => one.time.localeCompare(other.time));
