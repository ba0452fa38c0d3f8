import { type CaseOwner, caseIdOf } from './case-id';
import { decideDiscard } from './message-discard';
import { CaseClosedError, DiscardRefusedError } from './parking.errors';
import type { CaseOpening, Discard, NumberedMessage, ParkedMessage, Parking } from './parking.port';
import type { RegionGate } from './region-gate.port';

/** A case as the in-memory adapter keeps it. */
export interface InMemoryCase {
  readonly opening: Omit<CaseOpening, 'messages'>;
  readonly messages: ParkedMessage[];
  /** How many of the messages are re-driven or discarded. */
  handled: number;
  /** The discarded ones, by number. */
  readonly discarded: Map<number, Discard>;
  closedAs: string | undefined;
}

const PAGE = 25;

/** Parked cases in memory, for tests. */
export class InMemoryParking implements Parking {
  readonly cases = new Map<string, InMemoryCase>();
  private readonly ids = new Map<string, string>();

  constructor(private readonly options: CaseOwner & { readonly gate?: RegionGate }) {}

  async openFor(groups: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const open = new Map<string, string>();
    if (this.cases.size === 0) return open;
    for (const group of groups) {
      const caseId = this.idOf(group);
      if (this.isOpen(caseId)) open.set(group, caseId);
    }
    return open;
  }

  async park({ messages, ...opening }: CaseOpening): Promise<string> {
    await this.options.gate?.assertActive();
    const caseId = this.idOf(opening.group);
    const known = this.cases.get(caseId);
    if (known === undefined || known.closedAs !== undefined) {
      const before = known?.messages ?? [];
      const discarded = known?.discarded ?? new Map<number, Discard>();
      const lines = { messages: [...before], handled: before.length, discarded };
      this.cases.set(caseId, { opening, ...lines, closedAs: undefined });
    }
    this.add(caseId, messages);
    return caseId;
  }

  async append(caseId: string, messages: readonly ParkedMessage[]): Promise<void> {
    await this.options.gate?.assertActive();
    if (!this.isOpen(caseId)) throw new CaseClosedError(caseId);
    this.add(caseId, messages);
  }

  async messages(caseId: string): Promise<readonly NumberedMessage[]> {
    const known = this.cases.get(caseId);
    if (!known || !this.isOpen(caseId)) return [];
    const { handled } = known;
    const page = known.messages.slice(handled, handled + PAGE);
    return page.map((message, index) => ({ ...message, number: handled + index + 1 }));
  }

  async done(caseId: string, number: number): Promise<void> {
    await this.options.gate?.assertActive();
    const known = this.cases.get(caseId);
    if (!known || !this.isOpen(caseId) || known.handled !== number - 1) throw new CaseClosedError(caseId);
    known.handled = number;
  }

  async discard(caseId: string, number: number, why: Discard): Promise<void> {
    await this.options.gate?.assertActive();
    const known = this.cases.get(caseId);
    const decision = decideDiscard(
      known && {
        open: this.isOpen(caseId),
        kind: known.opening.kind,
        count: known.messages.length,
        handled: known.handled,
      },
      number,
    );
    if (decision.kind === 'refuse') throw new DiscardRefusedError(caseId, decision.why);
    known?.discarded.set(number, why);
    if (known) known.handled = number;
  }

  async close(caseId: string, closedAs: string): Promise<boolean> {
    await this.options.gate?.assertActive();
    const known = this.cases.get(caseId);
    if (!known || known.handled < known.messages.length) return false;
    known.closedAs ??= closedAs;
    return true;
  }

  private add(caseId: string, given: readonly ParkedMessage[]): void {
    const { messages = [], handled = 0 } = this.cases.get(caseId) ?? {};
    for (const message of given) {
      const waits = message.key !== undefined && messages.slice(handled).some(({ key }) => key === message.key);
      if (!waits) messages.push(message);
    }
  }

  private idOf(group: string): string {
    const known = this.ids.get(group);
    if (known !== undefined) return known;
    const caseId = caseIdOf(this.options, group);
    this.ids.set(group, caseId);
    return caseId;
  }

  private isOpen(caseId: string): boolean {
    const known = this.cases.get(caseId);
    return known !== undefined && known.closedAs === undefined;
  }
}
