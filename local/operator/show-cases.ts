import type { ParkedCase, WaitingMessage } from './parked-cases';

const columns = [
  'caseId',
  'kind',
  'context',
  'subject',
  'reason',
  'openedAt',
] as const satisfies readonly (keyof ParkedCase)[];

/** Open cases as a table. */
export const caseTable = (cases: readonly ParkedCase[]): string => {
  if (cases.length === 0) return 'no case is parked';
  const rows = [columns, ...cases.map((one) => columns.map((column) => one[column]))];
  const widths = columns.map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};

/** Everything about one case that an operator may see. */
export const caseDetails = (one: ParkedCase, messages: readonly WaitingMessage[]): string => {
  const { caseStatus, closedAs, closedAt } = one;
  const state = caseStatus === undefined ? `closed ${closedAt ?? ''} (${closedAs ?? 'unknown how'})` : 'open';
  const facts: readonly (readonly [string, string])[] = [
    ['case', one.caseId],
    ['state', state],
    ['kind', `${one.kind}, context ${one.context}`],
    ['about', one.subject],
    ['since', one.openedAt],
    ['reason', one.reason],
    ['explanation', one.explanation],
    ['redriven by', one.redriveFunction],
  ];
  const waiting = messages
    .filter(({ number }) => number > one.handled)
    .map(({ number, attributes }) => {
      const shown = Object.entries(attributes).map(([name, value]) => `${name}=${value}`);
      return `  ${number}  ${shown.join(' ')}`.trimEnd();
    });
  const width = Math.max(...facts.map(([name]) => name.length));
  const indent = `\n${' '.repeat(width + 2)}`;
  const lines = facts.map(([name, value]) => `${name.padEnd(width)}  ${value.replaceAll('\n', indent)}`);
  return [...lines, ...(waiting.length === 0 ? [] : ['waiting messages, in order:', ...waiting])].join('\n');
};
