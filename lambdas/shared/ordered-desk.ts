import { type Arrival, arrivalOf } from './ordered-arrival';
import { REMEMBERED_IDS } from './ordered-delivery';
import { gapOf, type OrderedMessage, orderedMessage } from './ordered-message';
import { OrderedRun, type OrderedRunDeps } from './ordered-run';
import { StillParkedError } from './ordered-store.errors';
import type { Discard, NumberedMessage, ParkedMessage, Parking } from './parking.port';
import { readRecord } from './read-record';

/** Looks in the log for what an entity lacks, from its horizon on, and delivers what it finds. Answers whether the log was read to its end. */
export type LookAgain = (run: OrderedRun, entity: string) => Promise<boolean>;

/** What a desk works with. */
export interface OrderedDeskDeps extends OrderedRunDeps {
  readonly lookAgain: LookAgain;
}

/** Where an operator redrives parked entities of a stream, and gives up what can never be applied. */
export class OrderedDesk {
  /** The parking, by which a message that is given up no longer holds up what comes after it. */
  readonly parking: Parking;

  constructor(
    private readonly deps: OrderedDeskDeps,
    private readonly redriveFunction: string,
  ) {
    const { parking } = deps;
    this.parking = {
      openFor: (groups) => parking.openFor(groups),
      park: (opening) => parking.park(opening),
      append: (caseId, messages) => parking.append(caseId, messages),
      messages: (caseId) => parking.messages(caseId),
      done: (caseId, number) => parking.done(caseId, number),
      close: (caseId, closedAs) => parking.close(caseId, closedAs),
      discard: (caseId, number, why) => this.discard(caseId, number, why),
    };
  }

  /**
   * Handles a parked message again.
   * @throws StillParkedError its entity cannot go on
   */
  async handleAgain(parked: ParkedMessage): Promise<void> {
    const message = orderedMessage(parked);
    const run = new OrderedRun(this.deps, message.generation, this.redriveFunction);
    if (message.kind === 'gap') {
      const lacks = (await run.load(message.entity)).position.sequence < message.to;
      const isRead = !lacks || (await this.deps.lookAgain(run, message.entity));
      const left = gapOf(message.generation, await run.load(message.entity));
      if (left === undefined || left.from > message.to) return;
      const where = isRead ? 'is not in the log' : 'was not found yet, and the next redrive reads on from here';
      throw new StillParkedError(left.entity, 'Gap', `event ${left.from} ${where}`);
    }
    const arrival = await this.arrivalOf(message);
    if (arrival !== undefined) return run.handleAgain(arrival);
    throw new StillParkedError(parked.attributes['partitionKey'] ?? '', 'TooLarge', 'the log has its record no more');
  }

  /** What is given up is passed first: a crash in between leaves it in its case, to be given up again. */
  private async discard(caseId: string, number: number, why: Discard): Promise<void> {
    const { parking } = this.deps;
    const first = (await parking.messages(caseId))[0];
    if (first?.number === number) await this.pass(first);
    await parking.discard(caseId, number, why);
  }

  private async pass(parked: NumberedMessage): Promise<void> {
    const message = orderedMessage(parked);
    const run = new OrderedRun(this.deps, message.generation, this.redriveFunction);
    if (message.kind === 'gap') {
      // The gap as it is now: a part of it may have been found since.
      const { position } = await run.load(message.entity);
      const missing = Math.max(0, message.to - position.sequence);
      await run.pass(message.entity, message.to, Array<string>(Math.min(missing, REMEMBERED_IDS)).fill(''));
      return;
    }
    const envelope = (await this.arrivalOf(message))?.envelope;
    if (envelope === undefined) return;
    const { position } = await run.load(envelope.subject);
    // What is not its entity's next one holds up nothing.
    if (envelope.sequence === position.sequence + 1) await run.pass(envelope.subject, envelope.sequence, [envelope.id]);
  }

  private async arrivalOf(message: Exclude<OrderedMessage, { readonly kind: 'gap' }>): Promise<Arrival | undefined> {
    if (message.kind === 'event') return message.arrival;
    const { source } = this.deps;
    const record = source && (await readRecord(source, message.record));
    return record && arrivalOf(record);
  }
}
