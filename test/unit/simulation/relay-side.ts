import { alwaysActive } from '../../../lambdas/shared/always-active-region-gate.adapter';
import { InMemoryParking } from '../../../lambdas/shared/in-memory-parking.adapter';
import type { OutboxRow } from '../../../lambdas/shared/outbox';
import type { OutboxKey, OutboxRows } from '../../../lambdas/shared/outbox-rows.port';
import { redrive } from '../../../lambdas/shared/redrive';
import { type relayOutbox } from '../../../lambdas/shared/relay-outbox.use-case';
import { republishRow } from '../../../lambdas/shared/republish-row.use-case';
import type { StreamRow } from '../../../lambdas/shared/stream-consumer';
import { CrashingParking } from './crashing-parking';
import { SimulatedProcess } from './simulated-process';
import type { SimulatedQueue } from './simulated-queue';
import { SimulatedTopic, TopicState } from './simulated-topic';
import type { World } from './world';

const here = { region: 'sa-east-1', gate: alwaysActive };
const BATCH = 100;
const DEDUPLICATION_WINDOW_SECONDS = 5 * 60;
const silent = { published: () => undefined, parked: () => undefined, postponed: () => undefined };

/** Rows by key, indexed when they are first asked for. */
class Rows implements OutboxRows {
  private readonly byKey = new Map<string, OutboxRow>();
  private indexed = 0;

  constructor(private readonly outbox: readonly OutboxRow[]) {}

  async read({ pk, sk }: OutboxKey): Promise<{ readonly [attribute: string]: unknown } | undefined> {
    for (; this.indexed < this.outbox.length; this.indexed += 1) {
      const row = this.outbox[this.indexed];
      if (row) this.byKey.set(`${row.pk} ${row.sk}`, row);
    }
    const row = this.byKey.get(`${pk} ${sk}`);
    return row && { ...row };
  }

  async keep(): Promise<void> {}

  async release(): Promise<void> {}
}

/** How rows get from the outbox to the topic; the real one, or a naive one that must be caught. */
export type Relay = typeof relayOutbox;

/** The stream of the outbox, the relay that reads it, and the operators who re-drive its cases. */
export class RelaySide {
  private readonly parking = new InMemoryParking({
    context: 'simulation',
    consumer: 'relay-outbox',
    region: 'sa-east-1',
  });
  private readonly topic = new TopicState();
  private readonly rows: Rows;
  private checkpoint = 0;
  /** The stream hands out nothing before. */
  private notBefore = 0;

  constructor(
    private readonly world: World,
    private readonly outbox: readonly OutboxRow[],
    private readonly queue: SimulatedQueue,
    private readonly relay: Relay,
  ) {
    this.rows = new Rows(outbox);
  }

  get isDone(): boolean {
    return this.checkpoint >= this.outbox.length;
  }

  /** When the stream hands out something next, or Infinity. */
  get next(): number {
    return this.isDone ? Number.POSITIVE_INFINITY : this.notBefore;
  }

  openCases(): string[] {
    return [...this.parking.cases].filter(([, { closedAs }]) => closedAs === undefined).map(([caseId]) => caseId);
  }

  /** Hands the relay its next batch. */
  async step(): Promise<void> {
    const { world } = this;
    if (this.isDone || this.notBefore > world.now) return;
    const start = this.checkpoint;
    const batch = this.outbox.slice(start, start + BATCH);
    const rows = batch.map(
      (row, index): StreamRow => ({ sequenceNumber: String(start + index), key: row, item: { ...row } }),
    );
    const process = new SimulatedProcess(world);
    const parking = new CrashingParking(this.parking, process, {
      reading: 'relay crashes after reading, before publishing',
      beforePark: 'relay crashes before a poison row is parked',
      afterPark: 'relay crashes after a poison row is parked',
      appending: 'relay crashes while a row is put behind a parked one',
    });
    const topic = new SimulatedTopic(world, this.queue, this.topic, process, {
      middle: 'relay crashes in the middle of a batch',
      after: 'relay crashes between two calls to the topic',
    });
    const deps = { topic, parking, rows: this.rows, clock: world.clock, report: silent, ...here };
    const failed = await process.run(this.relay(deps)(rows, 'relay-outbox:live'));
    if (typeof failed === 'string' || world.strikes('relay crashes after publishing, before the checkpoint')) {
      this.notBefore = world.now + world.between(1, 30) * 1_000;
    } else if (world.strikes('relay comes back after the deduplication window')) {
      this.notBefore = world.now + world.between(DEDUPLICATION_WINDOW_SECONDS + 1, 900) * 1_000;
    } else if (!world.strikes('stream delivers a batch twice')) {
      const first = Math.min(...failed.map(({ sequenceNumber }) => Number(sequenceNumber)));
      this.checkpoint = Math.min(first, start + batch.length);
    }
  }

  /** What an operator does with a case. */
  async redrive(caseId: string): Promise<void> {
    const { world } = this;
    const process = new SimulatedProcess(world);
    const topic = new SimulatedTopic(world, this.queue, this.topic, process, {
      before: 'relay crashes in a redrive before publishing',
      after: 'relay crashes in a redrive after publishing',
    });
    const parking = new CrashingParking(this.parking, process, {
      closing: 'relay crashes in a redrive before the case is closed',
      closed: 'relay crashes in a redrive after the case is closed',
    });
    const again = republishRow({ topic, rows: this.rows, clock: world.clock, report: silent, ...here });
    await process.run(redrive(parking, caseId, again, () => true));
  }
}
