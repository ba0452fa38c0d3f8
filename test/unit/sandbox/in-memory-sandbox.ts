import {
  type AnsweredRequest,
  type BookEntry,
  type Books,
  BooksChangedError,
  type Held,
} from '../../../lambdas/sandbox/books.port';
import type { LedgerEntry } from '../../../lambdas/sandbox/effect';
import type { EffectLedger, LedgerPage } from '../../../lambdas/sandbox/effect-ledger.port';
import { type Fault, faultKeysFor, type Operation } from '../../../lambdas/sandbox/fault';
import type { Faults } from '../../../lambdas/sandbox/faults.port';

/** Books and ledger in memory; every write is atomic because nothing in it waits. */
export class InMemoryBooks<Holding> implements Books<Holding>, EffectLedger {
  readonly entries: LedgerEntry[] = [];
  private readonly requests = new Map<string, AnsweredRequest>();
  private readonly holdings = new Map<string, Held<Holding>>();

  async read(idempotencyKey: string, key: string) {
    const [answered, held] = [this.requests.get(idempotencyKey), this.holdings.get(key)];
    return { ...(answered && { answered }), ...(held && { held }) };
  }

  async write({ idempotencyKey, fingerprint, key, basedOn, effect }: BookEntry<Holding>): Promise<void> {
    const { answer, holding, ledger } = effect;
    if (this.requests.has(idempotencyKey) || this.holdings.get(key)?.version !== basedOn?.version)
      throw new BooksChangedError('the books changed since they were read');
    this.requests.set(idempotencyKey, { fingerprint, answer });
    if (holding !== undefined) this.holdings.set(key, { holding, version: (basedOn?.version ?? 0) + 1 });
    this.entries.push(...ledger);
  }

  async page({ reference, from = '0', limit }: Parameters<EffectLedger['page']>[0]): Promise<LedgerPage> {
    const wanted = this.entries.filter((entry) => reference === undefined || entry.reference === reference);
    const end = Number(from) + limit;
    return { entries: wanted.slice(Number(from), end), ...(end < wanted.length && { next: String(end) }) };
  }
}

/** Faults in memory. */
export class InMemoryFaults implements Faults {
  private readonly switched = new Map<string, Fault>();

  async take(operation: Operation, reference: string): Promise<Fault | undefined> {
    for (const wanted of faultKeysFor(operation, reference)) {
      const key = this.keyOf(wanted);
      const fault = this.switched.get(key);
      if (fault === undefined || fault.times === 0) continue;
      if (fault.times !== undefined) this.switched.set(key, { ...fault, times: fault.times - 1 });
      return fault;
    }
    return undefined;
  }

  async put(fault: Fault): Promise<void> {
    this.switched.set(this.keyOf(fault), fault);
  }

  async list(): Promise<readonly Fault[]> {
    return [...this.switched.values()];
  }

  async clear(): Promise<void> {
    this.switched.clear();
  }

  private keyOf({ operation, reference }: Pick<Fault, 'operation' | 'reference'>): string {
    return `${operation}#${reference ?? '*'}`;
  }
}
