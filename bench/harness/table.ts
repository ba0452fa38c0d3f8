import { holds } from '../../drills/harness/figure';
import { type Measurement, RATIO } from './measurement';
import type { Summary } from './summary';

const number = (value: number): string => {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en', { maximumFractionDigits: digits });
};

const withUnit = (value: number, unit = ''): string =>
  unit === RATIO ? `${value.toFixed(2)}${RATIO}` : `${number(value)} ${unit}`.trimEnd();

const readings = (summary: Summary | undefined, unit: string | undefined): string => {
  if (summary === undefined) return '';
  const { samples, min, median, max } = summary;
  const spread = samples === 1 ? '' : ` (${number(min)}–${number(max)}, n=${samples})`;
  return `${withUnit(median, unit)}${spread}`;
};

/** Whether the figure is where its bar wants it; empty when there is no bar. */
export const verdictOf = (measurement: Measurement): 'met' | 'missed' | '' =>
  measurement.bound === undefined ? '' : holds(measurement) ? 'met' : 'missed';

const header = ['figure', 'Tenfold', 'anchor', 'result', 'bar', ''];

const cells = (measurement: Measurement): string[] => {
  const { name, ours, anchor, readingsIn, value, unit, bound } = measurement;
  const bar = bound === undefined ? '' : `${bound.relation} ${withUnit(bound.value, unit)}`;
  const sides = [readings(ours, readingsIn), readings(anchor, readingsIn)];
  return [name, ...sides, withUnit(value, unit), bar, verdictOf(measurement)];
};

/** The measurements as lines of a table; readings are median (min–max, n). */
export const tableOf = (measurements: readonly Measurement[]): string[] => {
  const rows = [header, ...measurements.map(cells)];
  const widths = header.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
};
