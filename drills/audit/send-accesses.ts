import { inParallel } from '../../local/in-parallel';
import type { Cloud } from '../harness/deployed-system';
import type { MachineClient } from '../harness/machine-client';
import type { Access } from './accesses';

/** An access and what came of it. */
export interface SentAccess {
  readonly access: Access;
  /** @default nothing was answered */
  readonly status?: number;
  readonly text: string;
  /** When the answer was there, in milliseconds since 1970. */
  readonly at: number;
}

/** Who sends, and how. */
export interface Sending {
  readonly cloud: Pick<Cloud, 'apiUrl'>;
  /** By the names that the drill calls them. */
  readonly clients: ReadonlyMap<string, MachineClient>;
  readonly atOnce: number;
  readonly onAnswer?: (answered: number) => void;
}

const PATIENCE_MILLISECONDS = 30_000;

const send = async ({ cloud, clients }: Sending, access: Access): Promise<SentAccess> => {
  const { client, method, path, body, correlationId, idempotencyKey } = access;
  const token = await clients.get(client)?.token();
  if (token === undefined)
    throw new RangeError(`client is ${client}, expected one of ${[...clients.keys()].join(', ')}`);
  try {
    const response = await fetch(`${cloud.apiUrl}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        'x-correlation-id': correlationId,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(PATIENCE_MILLISECONDS),
    });
    const text = await response.text();
    return { access, status: response.status, text, at: Date.now() };
  } catch (error) {
    // Nobody was shown anything. What its worker was killed in may have a record all the same.
    return { access, text: String(error), at: Date.now() };
  }
};

/** Sends each access once, a few at a time: what fails is not repeated, for a repeat is another access. */
export const sendAccesses = (sending: Sending, accesses: readonly Access[]): Promise<readonly SentAccess[]> => {
  let answered = 0;
  return inParallel(accesses, sending.atOnce, async (access) => {
    const sent = await send(sending, access);
    answered += 1;
    sending.onAnswer?.(answered);
    return sent;
  });
};
