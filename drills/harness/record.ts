import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FaultCount } from './fault-log';
import type { Figure } from './figure';
import type { Plot } from './plot';
import type { Verdict } from './verdict';

/** Everything that is kept of one run; the content of `drills/out/<name>.json`. */
export interface DrillRecord {
  readonly format: 1;
  readonly drill: string;
  readonly claim: string;
  readonly size: 'full' | 'reduced';
  readonly seed: string;
  readonly target: string;
  readonly region: string;
  /** The protection that was off, in a sabotage run. */
  readonly sabotage?: { readonly name: string; readonly withoutIt: string };
  /** RFC 3339. */
  readonly startedAt: string;
  readonly durationSeconds: number;
  readonly faults: readonly FaultCount[];
  readonly figures: readonly Figure[];
  readonly plots: readonly Plot[];
  readonly notes: readonly string[];
  readonly verdict: Verdict;
}

/** `exactly-once.json`, or `exactly-once.without-inbox.json` for a sabotage run. */
export const recordFileName = ({ drill, sabotage }: Pick<DrillRecord, 'drill' | 'sabotage'>): string =>
  sabotage ? `${drill}.without-${sabotage.name}.json` : `${drill}.json`;

/** Writes the record and answers its path. */
export const writeRecord = async (directory: string, record: DrillRecord): Promise<string> => {
  await mkdir(directory, { recursive: true });
  const path = join(directory, recordFileName(record));
  await writeFile(path, `${JSON.stringify(record, undefined, 2)}\n`);
  return path;
};

const isRecord = (value: unknown): value is DrillRecord =>
  typeof value === 'object' && value !== null && 'format' in value && value.format === 1 && 'drill' in value;

/** The last record of every drill and every sabotage, ordered by file name. Files of another format are left out. */
export const readRecords = async (directory: string): Promise<DrillRecord[]> => {
  await mkdir(directory, { recursive: true });
  const names = (await readdir(directory)).filter((name) => name.endsWith('.json')).sort();
  const contents = await Promise.all(names.map((name) => readFile(join(directory, name), 'utf8')));
  return contents.map((content): unknown => JSON.parse(content)).filter(isRecord);
};
