import { type AccessRecord, accessRecord } from '../shared/access-record.contract';
import { fieldIssues } from '../shared/issue-text';
import { type AuditTick, auditTick } from './audit-tick.contract';

/** What a record of the audit stream is. */
export type StreamContent =
  | { readonly kind: 'tick'; readonly tick: AuditTick }
  | { readonly kind: 'record'; readonly record: AccessRecord }
  /** It fits no contract; `issue` says where, and repeats nothing of it. */
  | { readonly kind: 'unreadable'; readonly issue: string };

const parsedJson = (data: Buffer): unknown => {
  try {
    return JSON.parse(data.toString('utf8'));
  } catch {
    return undefined;
  }
};

/** What the data of a record of the audit stream is. */
export const streamContent = (data: Buffer): StreamContent => {
  const parsed = parsedJson(data);
  const tick = auditTick.safeParse(parsed);
  if (tick.success) return { kind: 'tick', tick: tick.data };
  const fits = accessRecord.safeParse(parsed);
  if (fits.success) return { kind: 'record', record: fits.data };
  const issues = fieldIssues(fits.error).map(({ field, expected }) => `${field || 'record'}: expected ${expected}`);
  return { kind: 'unreadable', issue: issues.join('; ') };
};
