import type { RedriveEnd, RedrivenCase } from './redrive-all';

const kinds = { closed: 'closed', failing: 'still failing', skipped: 'skipped' } as const satisfies Record<
  RedriveEnd['kind'],
  string
>;
const width = Math.max(...Object.values(kinds).map((word) => word.length));

const textOf = (end: RedriveEnd): string => (end.kind === 'closed' ? end.explanation : end.reason);

/** The line of a case that has ended, the `done`-th of `total`. */
export const redriveProgress = ({ parked, end }: RedrivenCase, done: number, total: number): string => {
  const place = String(done).padStart(String(total).length);
  const about = `${parked.caseId}  ${parked.context} ${parked.subject}`;
  return `${place}/${total}  ${kinds[end.kind].padEnd(width)}  ${about}: ${textOf(end)}`;
};

/** How many ended how, and every case that was not closed with the reason. */
export const redriveSummary = (ended: readonly RedrivenCase[]): string => {
  if (ended.length === 0) return 'no open case to redrive';
  const of = (kind: RedriveEnd['kind']) => ended.filter(({ end }) => end.kind === kind);
  const counts = (['closed', 'failing', 'skipped'] as const).map((kind) => `${of(kind).length} ${kinds[kind]}`);
  const lists = (['failing', 'skipped'] as const).flatMap((kind) => {
    const rows = of(kind).map(({ parked, end }) => `  ${parked.caseId}  ${parked.subject}: ${textOf(end)}`);
    return rows.length === 0 ? [] : [`${kinds[kind]}:`, ...rows];
  });
  const cases = `${ended.length} ${ended.length === 1 ? 'case' : 'cases'}`;
  return [`${cases}: ${counts.join(', ')}`, ...lists].join('\n');
};
