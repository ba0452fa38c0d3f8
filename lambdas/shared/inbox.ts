import { INBOX_RENEWAL_SECONDS } from './inbox-marker.contract';

/** The default lifetime of inbox markers: the queue's and the dead-letter queue's retention (14 days each) and two weeks to redrive. */
export const DEFAULT_INBOX_RETENTION_SECONDS = 42 * 86_400;

/** The default lifetime of outbox rows: 7 days. */
export const DEFAULT_OUTBOX_RETENTION_SECONDS = 7 * 86_400;

/** Key of the marker that a consumer handled a message. */
export const inboxKey = (consumer: string, messageId: string) => ({
  pk: `INBOX#${consumer}#${messageId}`,
  sk: 'INBOX',
});

/** Epoch seconds, the unit of `expiresAt`. */
export const epochSeconds = (now: Date): number => Math.floor(now.getTime() / 1_000);

/**
 * Whether a delivery that meets a marker must renew it. The lifetime covers the time between two deliveries; without renewal it
 * would count from the first one, and a message that went through the dead letters often enough would outlive its marker.
 */
export const isRenewalDue = (marker: { readonly expiresAt: number }, now: Date, retentionSeconds: number): boolean =>
  marker.expiresAt - epochSeconds(now) < retentionSeconds - INBOX_RENEWAL_SECONDS;
