import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import type { Benchmark, BenchmarkFindings } from './benchmark';
import { type Measurement, RATIO } from './measurement';
import { verdictOf } from './table';

/** Everything that is kept of one run; the content of `bench/out/<name>.json`. */
export interface BenchmarkRecord {
  readonly format: 1;
  readonly benchmark: string;
  readonly compares: string;
  /** RFC 3339. */
  readonly takenAt: string;
  readonly machine: { readonly cpus: number; readonly node: string; readonly loadAverage: number };
  readonly measurements: readonly (Measurement & { readonly verdict: 'met' | 'missed' | '' })[];
  readonly notes: readonly string[];
}

const inWords = (measurement: Measurement): Measurement =>
  measurement.unit === RATIO ? { ...measurement, unit: 'ratio' } : measurement;

/** @param takenAt when the run ended */
export const recordOf = (benchmark: Benchmark, findings: BenchmarkFindings, takenAt: Date): BenchmarkRecord => ({
  format: 1,
  benchmark: benchmark.name,
  compares: benchmark.compares,
  takenAt: takenAt.toISOString(),
  // The load tells how far absolute times can be trusted; the ratios come from turns taken under the same load.
  machine: { cpus: cpus().length, node: process.version, loadAverage: loadavg()[0] ?? 0 },
  measurements: findings.measurements.map((one) => ({ ...inWords(one), verdict: verdictOf(one) })),
  notes: findings.notes,
});

/** Writes the record and answers the file's path. */
export const writeRecord = async (folder: string, record: BenchmarkRecord): Promise<string> => {
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${record.benchmark}.json`);
  await writeFile(file, `${JSON.stringify(record, undefined, 2)}\n`);
  return file;
};
