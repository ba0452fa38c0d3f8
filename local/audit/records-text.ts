import type { AccessRecord } from '../../lambdas/shared/access-record.contract';
import { textTable } from '../terminal/text-table';

/** How an export is written. */
export const exportFormats = ['csv', 'json'] as const;
export type ExportFormat = (typeof exportFormats)[number];

const columns: readonly (readonly [string, (record: AccessRecord) => string])[] = [
  ['time', ({ time }) => time],
  ['actor', ({ actor }) => actor.id],
  ['role', ({ actor }) => actor.role],
  ['action', ({ action }) => action],
  ['subject', ({ subject }) => subject],
  ['outcome', ({ outcome }) => outcome],
  ['purpose', ({ purpose }) => purpose],
  ['fields', ({ fields }) => fields.join(' ')],
  ['sourceIp', ({ sourceIp }) => sourceIp],
  ['country', ({ country = '' }) => country],
  ['userAgent', ({ userAgent }) => userAgent],
  ['region', ({ region }) => region],
  ['class', (record) => record.class],
  ['requestId', ({ requestId }) => requestId],
  ['correlationId', ({ correlationId }) => correlationId],
  ['recordId', ({ recordId }) => recordId],
  ['revision', ({ revision }) => String(revision)],
];

/**
 * RFC 4180. Callers choose their user agent, and spreadsheets run what begins like a formula: an apostrophe before it makes it text
 * (https://owasp.org/www-community/attacks/CSV_Injection).
 */
const cell = (value: string): string => {
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** Records as a file. */
export const exportText = (records: readonly AccessRecord[], format: ExportFormat): string => {
  if (format === 'json') return `${JSON.stringify(records, null, 2)}\n`;
  const rows = [columns.map(([name]) => name), ...records.map((record) => columns.map(([, value]) => value(record)))];
  return rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('');
};

// What a caller has chosen must not steer a terminal.
const printable = (value: string): string => value.replaceAll(/[^\x20-\x7e\u00a0-\u{10ffff}]/gu, '?');

const shown = new Set(['time', 'actor', 'role', 'action', 'subject', 'outcome', 'sourceIp', 'recordId']);

/** Records as a table for a terminal. */
export const recordsTable = (records: readonly AccessRecord[]): string => {
  const some = columns.filter(([name]) => shown.has(name));
  return textTable([
    some.map(([name]) => name),
    ...records.map((record) => some.map(([, value]) => printable(value(record)))),
  ]);
};
