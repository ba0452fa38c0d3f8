import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { z } from 'zod';
import type { DeployedSystem } from './deployed-system';
import type { LedgerRow } from './ledger-row';

/** A service of the sandbox, by the name of its path. */
export type OutsideServiceName = 'payment-provider' | 'carrier';

/** A fault that one of the sandbox's services shows to its callers. */
export interface ServiceFault {
  readonly operation: string;
  /** Only for this order; all of them without it. */
  readonly reference?: string;
  readonly mode: 'decline' | 'error' | 'slow' | 'timeout-after' | 'down';
  /** How many requests it hits; 0 switches it off. A later fault of the same operation and order replaces an earlier one. */
  readonly times: number;
}

/** The sandbox did not do what a drill told it. */
export class OutsideServiceError extends Error {
  override readonly name = 'OutsideServiceError';
}

/** The sandbox's payment provider or carrier, through the HTTP interface by which drills inject faults and count effects. */
export interface OutsideService {
  /** Every effect since the sandbox was deployed. */
  ledger(): Promise<LedgerRow[]>;
  addFault(fault: ServiceFault): Promise<void>;
  /** How many requests a fault would still hit. */
  faultTimesLeft(fault: Pick<ServiceFault, 'operation' | 'reference'>): Promise<number>;
  /** The same for all faults that were added: by `<operation> <order>`. */
  allFaultTimesLeft(): Promise<ReadonlyMap<string, number>>;
  clearFaults(): Promise<void>;
}

const connection = z.object({ url: z.string(), apiKey: z.string() });

const ledgerPage = z.object({
  entries: z.array(
    z.object({
      kind: z.enum(['charge', 'refund', 'void', 'parcel', 'recall', 'dispatch']),
      key: z.string(),
      reference: z.string(),
      amountMinor: z.number(),
      at: z.string(),
    }),
  ),
  next: z.string().optional(),
});

const faultList = z.object({
  faults: z.array(z.object({ operation: z.string(), reference: z.string().optional(), times: z.number().optional() })),
});

const faultName = ({ operation, reference = '' }: Pick<ServiceFault, 'operation' | 'reference'>): string =>
  `${operation} ${reference}`;

/** Connects to a sandbox service with the address and key that its callers use. */
export const connectOutsideService = async (
  system: DeployedSystem,
  service: OutsideServiceName,
): Promise<OutsideService> => {
  const secret = await system.secrets.send(new GetSecretValueCommand({ SecretId: system.sandboxSecretArn(service) }));
  const { url, apiKey } = connection.parse(JSON.parse(secret.SecretString ?? '{}'));
  const send = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${url.replace(/\/+$/, '')}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${apiKey}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    });
    const text = await response.text();
    if (!response.ok)
      throw new OutsideServiceError(`${method} ${path} of ${service} answered ${response.status}: ${text}`);
    return JSON.parse(text);
  };
  const allFaultTimesLeft = async (): Promise<ReadonlyMap<string, number>> => {
    const { faults } = faultList.parse(await send('GET', '/faults'));
    return new Map(faults.map((fault) => [faultName(fault), fault.times ?? Number.POSITIVE_INFINITY]));
  };
  return {
    ledger: async () => {
      const rows: LedgerRow[] = [];
      for (let from: string | undefined = ''; from !== undefined; ) {
        const query: string = from === '' ? '' : `?from=${encodeURIComponent(from)}`;
        const page = ledgerPage.parse(await send('GET', `/ledger${query}`));
        rows.push(...page.entries);
        from = page.next;
      }
      return rows;
    },
    addFault: async (fault) => {
      await send('PUT', '/faults', fault);
    },
    faultTimesLeft: async (fault) => (await allFaultTimesLeft()).get(faultName(fault)) ?? 0,
    allFaultTimesLeft,
    clearFaults: async () => {
      await send('DELETE', '/faults');
    },
  };
};
