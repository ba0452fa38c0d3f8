import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import type { DeployedSystem } from '../../drills/harness/deployed-system';
import type { LedgerRow } from '../../drills/harness/ledger-row';
import type { OutsideServiceName, ServiceFault } from '../../drills/harness/outside-service';

/** A service of the sandbox, asked about one order. */
export class SandboxClient {
  private constructor(
    /** Where it is and which key opens it, as its callers know it. */
    readonly connection: { readonly url: string; readonly apiKey: string },
  ) {}

  static async of(system: DeployedSystem, service: OutsideServiceName): Promise<SandboxClient> {
    const SecretId = system.sandboxSecretArn(service);
    const { SecretString = '{}' } = await system.secrets.send(new GetSecretValueCommand({ SecretId }));
    return new SandboxClient(JSON.parse(SecretString) as SandboxClient['connection']);
  }

  /** Everything that was done for an order, in order of time. */
  async ledgerOf(orderId: string): Promise<readonly LedgerRow[]> {
    const { entries } = (await this.send('GET', `/ledger?reference=${orderId}`)) as { entries: readonly LedgerRow[] };
    return [...entries].sort((one, other) => one.at.localeCompare(other.at));
  }

  /** Kinds of everything that was done for an order, in order of time. */
  async effectsOf(orderId: string): Promise<readonly LedgerRow['kind'][]> {
    return (await this.ledgerOf(orderId)).map(({ kind }) => kind);
  }

  /** What an order's client has paid: charges less refunds, in minor units. */
  async paidFor(orderId: string): Promise<number> {
    const signed = { charge: 1, refund: -1, void: 0, parcel: 0, recall: 0, dispatch: 0 } as const;
    return (await this.ledgerOf(orderId)).reduce((sum, { kind, amountMinor }) => sum + signed[kind] * amountMinor, 0);
  }

  /** Makes it misbehave towards one order, until it is mended; the operation `*` is all of them. */
  async fail(
    operation: ServiceFault['operation'],
    reference: string,
    mode: ServiceFault['mode'] = 'error',
  ): Promise<void> {
    await this.send('PUT', '/faults', { operation, reference, mode });
  }

  /** A later fault of the same operation and order replaces the earlier one; this one nobody notices. */
  async mend(operation: ServiceFault['operation'], reference: string): Promise<void> {
    await this.send('PUT', '/faults', { operation, reference, mode: 'slow', times: 1, delayMilliseconds: 1 });
  }

  private async send(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${this.connection.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.connection.apiKey}`, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(30_000),
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
    return response.json();
  }
}
