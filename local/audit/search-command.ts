import { type RecordClass, recordClasses } from '../../lambdas/shared/access-record.contract';
import { type ExportFormat, exportFormats } from './records-text';
import type { SearchFilter } from './search-filter';

/** What an auditor asks for. */
export type SearchRequest =
  | { readonly kind: 'search'; readonly filter: SearchFilter }
  | { readonly kind: 'export'; readonly filter: SearchFilter; readonly format: ExportFormat; readonly out: string };

/** What the words of a search say. */
export type SearchCommand = SearchRequest | { readonly kind: 'mistake'; readonly explanation: string };

/** The lines of the help about searches. */
export const SEARCH_USAGE = `  search                    who accessed what; the search itself is recorded before anything is shown
    --subject <subject>       for example order/<id>
    --actor <id>              a client, or an auditor
    --action <action>         for example order.read
    --class access|security   default: both
    --from, --to <time>       RFC 3339, for example 2026-11-26T00:00:00Z; default: the last 24 hours
  export --format csv|json --out <file>
                            the same, with all fields, into a file that only you can read
`;

/** What options say of a search. */
export interface SearchDetails {
  readonly subject?: string | undefined;
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  readonly class?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly format?: string | undefined;
  readonly out?: string | undefined;
}

/** The options of `npm run audit` that only searches and exports take. */
export const searchOptions = {
  subject: { type: 'string' },
  actor: { type: 'string' },
  action: { type: 'string' },
  class: { type: 'string' },
  format: { type: 'string' },
  out: { type: 'string' },
} as const;

const DAY_MS = 86_400_000;
/** Longer ones are for Athena, which reads in parallel and near the objects. */
const MOST_DAYS = 366;

const mistake = (explanation: string): SearchCommand => ({ kind: 'mistake', explanation });

const isClass = (value: string): value is RecordClass => recordClasses.some((known) => known === value);
const isFormat = (value: string): value is ExportFormat => exportFormats.some((known) => known === value);
const timeExample = 'a time such as 2026-11-26T00:00:00Z';
const isTime = (value: string): boolean =>
  /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?Z)?$/.test(value) && !Number.isNaN(Date.parse(value));

const filterOf = (details: SearchDetails, now: Date): SearchFilter | string => {
  const { subject, actor, action, class: recordClass, to = now.toISOString() } = details;
  if (!isTime(to)) return `--to is ${to}, expected ${timeExample}`;
  const from = details.from ?? new Date(Date.parse(to) - DAY_MS).toISOString();
  if (!isTime(from)) return `--from is ${from}, expected ${timeExample}`;
  if (Date.parse(from) >= Date.parse(to)) return `--from is ${from}, expected a time before ${to}`;
  if (Date.parse(to) - Date.parse(from) > MOST_DAYS * DAY_MS)
    return `from ${from} to ${to} is more than a year: ask Athena, or year by year`;
  if (recordClass !== undefined && !isClass(recordClass))
    return `--class is ${recordClass}, expected ${recordClasses.join(' or ')}`;
  return {
    from,
    to,
    ...(subject !== undefined && { subject }),
    ...(actor !== undefined && { actor }),
    ...(action !== undefined && { action }),
    ...(recordClass !== undefined && { class: recordClass }),
  };
};

/** Reads what stands behind `search` or `export`. */
export const parseSearchCommand = (name: 'search' | 'export', details: SearchDetails, now: Date): SearchCommand => {
  const { format, out } = details;
  const filter = filterOf(details, now);
  if (typeof filter === 'string') return mistake(filter);
  if (name === 'search')
    return format === undefined && out === undefined
      ? { kind: 'search', filter }
      : mistake('--format and --out go with export');
  if (format === undefined || !isFormat(format))
    return mistake(`--format is ${format ?? 'not given'}, expected ${exportFormats.join(' or ')}`);
  return out === undefined ? mistake('into which file? --out <file>') : { kind: 'export', filter, format, out };
};
