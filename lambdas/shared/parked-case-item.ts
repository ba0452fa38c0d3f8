import type { CaseKind } from './case-kind';
import type { CaseOpening } from './parking.port';

/** What of a stored case decides whether a message may be added to it. */
export interface StoredCase {
  readonly exists: boolean;
  readonly open: boolean;
  readonly caseId: string;
  readonly group: string;
  readonly kind: CaseKind;
  /** Messages ever stored in it. */
  readonly count: number;
  /** Messages of it that are re-driven or discarded. */
  readonly handled: number;
}

/** Everything an operator reads of a case. */
export interface CaseDescription extends Omit<CaseOpening, 'messages'> {
  readonly caseId: string;
  readonly context: string;
  readonly consumer: string;
  readonly region: string;
  readonly openedAt: string;
}

const MESSAGE_DIGITS = 6;

/** Key of a case. */
export const caseKey = (caseId: string) => ({ pk: `CASE#${caseId}`, sk: 'CASE' });

/** Key of a message of a case; keys sort in the order of the numbers. */
export const messageKey = (caseId: string, number: number) => ({
  pk: `CASE#${caseId}`,
  sk: `MESSAGE#${String(number).padStart(MESSAGE_DIGITS, '0')}`,
});

/** Key of what says which number of a case a message with a key of its own has. */
export const markerKey = (caseId: string, key: string) => ({ pk: `CASE#${caseId}`, sk: `KEY#${key}` });

/** Reads a stored case; no item is a case that does not exist. */
export const readCase = (item: { readonly [attribute: string]: unknown }): StoredCase => ({
  exists: item['pk'] !== undefined,
  open: item['caseStatus'] === 'OPEN',
  caseId: String(item['caseId']),
  group: String(item['group']),
  // Only openings write it.
  kind: item['kind'] as CaseKind,
  count: Number(item['count'] ?? 0),
  handled: Number(item['handled'] ?? 0),
});

/** The update that adds one message to a case as it was read; with a description it opens the case (again). */
export const openingUpdate = (known: StoredCase, description: CaseDescription | undefined) => {
  const attributes: { readonly [name: string]: unknown } = description
    ? { ...description, itemType: 'CASE', caseStatus: 'OPEN', handled: known.count, count: known.count + 1 }
    : { count: known.count + 1 };
  const names = Object.keys(attributes);
  const sets = names.map((name) => `#${name} = :${name}`).join(', ');
  const unchanged = known.exists ? '#count = :before' : 'attribute_not_exists(pk)';
  const status = known.open ? 'caseStatus = :open' : 'attribute_not_exists(caseStatus)';
  return {
    UpdateExpression: description ? `SET ${sets} REMOVE closedAs, closedAt` : `SET ${sets}`,
    ConditionExpression: `${unchanged} AND ${status}`,
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: {
      ...Object.fromEntries(names.map((name) => [`:${name}`, attributes[name]])),
      ...(known.exists && { ':before': known.count }),
      ...(known.open && { ':open': 'OPEN' }),
    },
  };
};
