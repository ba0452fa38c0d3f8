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

/** Each record once, as its highest revision says it ended, by time. */
export const heldRecords = (records: readonly AccessRecord[]): readonly AccessRecord[] => {
  const highest = new Map<string, AccessRecord>();
  for (const record of records) {
    const known = highest.get(record.recordId);
    if (known === undefined || known.revision < record.revision) highest.set(record.recordId, record);
  }
  return [...highest.values()].sort((one, other) => one.time.localeCompare(other.time));
};
