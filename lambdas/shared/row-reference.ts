import type { OutboxKey } from './outbox-rows.port';
import type { ParkedMessage } from './parking.port';

/** A parked row is kept where it is and referred to: a row may be larger than a case's message. */
export const rowReference = ({ pk, sk }: OutboxKey): ParkedMessage => ({
  body: JSON.stringify({ pk, sk }),
  attributes: {},
});

/** The key in a reference. Only `rowReference` writes them. */
export const readRowReference = ({ body }: ParkedMessage): OutboxKey => JSON.parse(body) as OutboxKey;
