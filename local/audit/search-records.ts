import { type AccessRecord, recordClasses, recordIdOf } from '../../lambdas/shared/access-record.contract';

import { messageOf } from '../message-of';
import { AuditRefusalError } from './audit.errors';
import { heldRecords, recordsIn } from './held-records';
import { isLookedFor, partitionsOf, type SearchFilter } from './search-filter';

/** What a search needs. */
export interface SearchDeps {
  /** Records that the trail was looked into; resolves once that cannot be lost. */
  readonly record: (access: AccessRecord) => Promise<void>;
  /** The lines of all objects whose keys begin with one of these. */
  readonly lines: (prefixes: readonly string[]) => Promise<readonly string[]>;
  readonly now: () => Date;
  /** A new id of a look into the trail. */
  readonly newId: () => string;
  readonly region: string;
}

/** Who looks, and by which command. */
export interface Search {
  readonly action: 'audit.search' | 'audit.export';
  /** The auditor, as AWS knows him. */
  readonly actorId: string;
  readonly filter: SearchFilter;
}

/** What was found. */
export interface SearchResult {
  readonly records: readonly AccessRecord[];
  /** Lines that hold no record. */
  readonly unreadable: number;
  /** The record of this very search. */
  readonly recordId: string;
}

/** The look itself, as the trail keeps it: whose data was looked for, and the names of what narrowed it down. */
const recordOf = ({ action, actorId, filter }: Search, { now, newId, region }: SearchDeps): AccessRecord => {
  const requestId = newId();
  return {
    recordId: recordIdOf(requestId, action),
    revision: 1,
    class: 'security',
    actor: { id: actorId.slice(-128), role: 'auditor' },
    action,
    subject: filter.subject ?? (filter.actor === undefined ? 'audit-trail' : `actor/${filter.actor}`.slice(0, 256)),
    fields: Object.entries(filter)
      .filter(([name]) => name !== 'subject' && name !== 'actor')
      .map(([name, value]) => `${name}=${value}`.slice(0, 128)),
    purpose: 'audit',
    sourceIp: '',
    userAgent: 'npm run audit',
    requestId,
    correlationId: requestId,
    time: now().toISOString(),
    outcome: 'granted',
    region,
  };
};

/**
 * Searches the store. That somebody looks is recorded before anything is read, so that nobody sees anything unrecorded.
 * @throws AuditRefusalError the look cannot be recorded
 */
export const searchRecords = async (search: Search, deps: SearchDeps): Promise<SearchResult> => {
  const look = recordOf(search, deps);
  try {
    await deps.record(look);
  } catch (cause) {
    throw new AuditRefusalError(`nothing is shown, because the search cannot be recorded: ${messageOf(cause)}`, {
      cause,
    });
  }
  const { filter } = search;
  // Of both classes, whichever is asked for: a refusal begins as an access and ends as a security record.
  const prefixes = recordClasses.flatMap((name) => partitionsOf(filter, name, deps.now().getTime()));
  const { records, unreadable } = recordsIn(await deps.lines(prefixes));
  const found = heldRecords(records).filter((record) => isLookedFor(record, filter));
  return { records: found, unreadable, recordId: look.recordId };
};
