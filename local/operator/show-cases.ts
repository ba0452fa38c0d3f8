import { textTable } from '../terminal/text-table';
import type { KeptMessage } from './kept-message';
import type { ParkedCase } from './parked-case';

const columns = [
  'caseId',
  'kind',
  'context',
  'consumer',
  'region',
  'subject',
  'reason',
  'openedAt',
] as const satisfies readonly (keyof ParkedCase)[];

/** Open cases as a table. */
export const caseTable = (cases: readonly ParkedCase[]): string => {
  if (cases.length === 0) return 'no case is parked';
  return textTable([columns, ...cases.map((one) => columns.map((column) => one[column] ?? '-'))]);
};

/** What came from outside may hold anything: no character of it may steer the terminal. */
const harmless = (text: string): string =>
  text.replaceAll(/\p{Cc}/gu, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

const bodyLines = ({ body }: KeptMessage): readonly string[] => (body === undefined ? [] : [`     ${harmless(body)}`]);

const waitingLines = (message: KeptMessage): readonly string[] => {
  const shown = Object.entries(message.attributes).map(([name, value]) => `${name}=${value}`);
  return [`  ${message.number}  ${shown.join(' ')}`.trimEnd(), ...bodyLines(message)];
};

const discardedLines = (message: KeptMessage): readonly string[] => {
  const { at = '', by = '', reason = '' } = message.discarded ?? {};
  return [`  ${message.number}  ${at} by ${harmless(by)}: ${harmless(reason)}`, ...bodyLines(message)];
};

/** Everything about one case that an operator may see. */
export const caseDetails = (one: ParkedCase, messages: readonly KeptMessage[]): string => {
  const { caseStatus, closedAs, closedAt } = one;
  const state = caseStatus === undefined ? `closed ${closedAt ?? ''} (${closedAs ?? 'unknown how'})` : 'open';
  const facts: readonly (readonly [string, string])[] = [
    ['case', one.caseId],
    ['state', state],
    ['kind', `${one.kind}, context ${one.context}${one.region === undefined ? '' : `, region ${one.region}`}`],
    ['about', one.subject],
    ['since', one.openedAt],
    ['reason', one.reason],
    ['explanation', one.explanation],
    ['redriven by', one.redriveFunction],
  ];
  const width = Math.max(...facts.map(([name]) => name.length));
  const indent = `\n${' '.repeat(width + 2)}`;
  const lines = facts.map(([name, value]) => `${name.padEnd(width)}  ${value.replaceAll('\n', indent)}`);
  const waiting = messages.filter(({ number }) => number > one.handled);
  const discarded = messages.filter((message) => message.discarded !== undefined);
  const shown = [...waiting, ...discarded];
  return [
    ...lines,
    ...(waiting.length === 0 ? [] : ['waiting messages, in order:', ...waiting.flatMap(waitingLines)]),
    ...(discarded.length === 0 ? [] : ['discarded messages:', ...discarded.flatMap(discardedLines)]),
    ...(shown.some(({ body }) => body === undefined) ? ['--bodies shows what they say'] : []),
  ].join('\n');
};
