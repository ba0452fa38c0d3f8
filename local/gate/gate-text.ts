import { textTable } from '../terminal/text-table';
import { type Finding, parts } from './check';
import type { Answer, PairReport } from './judge-release';

const marks: { readonly [Kind in PairReport['verdict']]: string } = {
  fits: '✔',
  'does not fit': '✖',
  'not asked': '–',
  'fits in part': '–',
};

const matrixOf = (reports: readonly PairReport[]): string => {
  const cell = (one: string, other: string): string => {
    const found = reports.find(({ pair }) => pair === `${one} × ${other}`);
    return found === undefined ? '' : `${marks[found.verdict]} ${found.verdict}`;
  };
  const [, ...columns] = parts;
  return textTable([
    ['', ...columns],
    ...parts.slice(0, -1).map((one) => [one, ...columns.map((other) => cell(one, other))]),
  ]);
};

const answerLines = ({ claim, verdict, notAsked, findings }: Answer): readonly string[] => [
  `  ${marks[verdict]} ${claim}${findings.some(({ isWarning = false }) => isWarning) ? ' (with a warning)' : ''}`,
  ...notAsked.map((because) => `      not asked: ${because}`),
];

const findingLines = (pair: string, { what, where, fix, isWarning = false }: Finding): readonly string[] => [
  `${isWarning ? '! ' : '✖ '}${pair}${isWarning ? ' (a warning)' : ''}`,
  `    what   ${what}`,
  `    where  ${where}`,
  `    do     ${fix}`,
];

/** What was held against each other. */
export interface Held {
  readonly candidate: string;
  readonly served: string;
  /** What has to be said of what is served. */
  readonly remarks: readonly string[];
}

/** What the gate has come to, for people. */
export const reportText = (reports: readonly PairReport[], { candidate, served, remarks }: Held): string => {
  const findings = reports.flatMap(({ pair, answers }) =>
    answers.flatMap((answer) => answer.findings.map((finding) => ({ pair, finding }))),
  );
  const refusing = reports.filter(({ verdict }) => verdict === 'does not fit').map(({ pair }) => pair);
  return [
    `${candidate}, against ${served}`,
    ...remarks.map((remark) => `! ${remark}`),
    '',
    matrixOf(reports),
    '',
    ...reports.flatMap(({ pair, answers }) => [pair, ...answers.flatMap(answerLines)]),
    ...findings.flatMap(({ pair, finding }) => ['', ...findingLines(pair, finding)]),
    '',
    refusing.length === 0 ? 'The release may go.' : `The release is refused: ${refusing.join(', ')}.`,
  ].join('\n');
};
