import type { GridPlot, Tone } from '../harness/plot';
import type { OrderPath } from './order-paths';
import type { PlacedPath } from './placed-path';
import type { Ending } from './wait-for-ends';

const words: Readonly<Record<string, { text: string; tone: Tone }>> = {
  CONFIRMED: { text: 'done', tone: 'good' },
  REJECTED: { text: 'compensated', tone: 'neutral' },
  CANCELLED: { text: 'cancelled', tone: 'neutral' },
  PARKED: { text: 'parked', tone: 'warning' },
};

/** The end of every path: a table of steps and faults for the regular ones, a list for the others. */
export const gridOf = (
  placed: readonly PlacedPath[],
  endings: ReadonlyMap<string, Ending>,
  regular: boolean,
): GridPlot => {
  const isRegular = ({ column }: OrderPath): boolean => /, (?:once|twice|always)$/.test(column);
  const shown = placed.filter(({ path }) => isRegular(path) === regular);
  const columns = regular ? [...new Set(shown.map(({ path }) => path.column))] : ['end'];
  const rows = regular ? [...new Set(shown.map(({ path }) => path.row))] : shown.map(({ path }) => path.name);
  const cell = (row: string, column: string) => {
    const found = shown.find(({ path }) => (regular ? path.row === row && path.column === column : path.name === row));
    if (!found) return { text: '', tone: 'none' as const };
    const ending = endings.get(found.orderId);
    const expected = found.path.ends.some((end) => end === ending?.status);
    const word = ending && expected ? words[ending.status] : undefined;
    return {
      text: word?.text ?? ending?.status ?? 'no end',
      tone: word?.tone ?? ('bad' as const),
      hint: `${found.orderId}, ${ending?.seconds.toFixed(1) ?? '?'} s`,
    };
  };
  return {
    kind: 'grid',
    title: regular ? 'Ends by what failed, and how' : 'Ends of the other paths',
    columns,
    rows: rows.map((row) => ({ label: row, cells: columns.map((column) => cell(row, column)) })),
  };
};
