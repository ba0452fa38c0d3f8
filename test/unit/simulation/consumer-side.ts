import type { SQSBatchResponse } from 'aws-lambda';
import { fifoConsumer } from '../../../lambdas/shared/fifo-consumer';
import type { ParkedDelivery } from '../../../lambdas/shared/fifo-consumer-options';
import { InMemoryEntityStore } from '../../../lambdas/shared/in-memory-entity-store.adapter';
import { InMemoryParking } from '../../../lambdas/shared/in-memory-parking.adapter';
import { InMemoryTries } from '../../../lambdas/shared/in-memory-tries.adapter';
import { onEvent } from '../../../lambdas/shared/on-event';
import type { Tries } from '../../../lambdas/shared/tries.port';
import type { Account, Consumer } from './consumers';
import { CrashingParking } from './crashing-parking';
import { Effects } from './effects';
import { SimulatedProcess } from './simulated-process';
import { SimulatedProvider } from './simulated-provider';
import type { SimulatedQueue } from './simulated-queue';
import { stepTakenV1 } from './step-taken';
import type { World } from './world';

const ATTEMPTS = 3;
const DEAD_LETTER_SECONDS = 14 * 86_400;
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const context = { invokedFunctionArn: 'consumer:live', getRemainingTimeInMillis: () => 6_000 };

/** The consumer of the queue, its store, its provider, and the operators who re-drive its cases. */
export class ConsumerSide {
  readonly effects: Effects;
  readonly provider: SimulatedProvider;
  private readonly parking = new InMemoryParking({ context: 'simulation', consumer: 'charge', region: 'sa-east-1' });
  private readonly tries = new InMemoryTries();
  private readonly accounts: InMemoryEntityStore<Account>;
  private readonly marks = new Set<string>();
  private readonly failed = new Set<string>();
  /** How often messages were parked, by reason. */
  readonly parked = new Map<string, number>();
  /** Messages that were parked although no try of theirs had failed, and they kill no worker. */
  parkedUntried = 0;

  constructor(
    private readonly world: World,
    private readonly queue: SimulatedQueue,
    private readonly consumer: Consumer,
  ) {
    const { clock } = world;
    this.accounts = new InMemoryEntityStore({ kind: 'account', context: 'simulation', region: 'sa-east-1', clock });
    this.effects = new Effects(world);
    this.provider = new SimulatedProvider(world);
  }

  openCases(): string[] {
    return [...this.parking.cases].filter(([, { closedAs }]) => closedAs === undefined).map(([caseId]) => caseId);
  }

  /** Receives and handles one batch; `false` when there was none. */
  async step(): Promise<boolean> {
    const { world, queue } = this;
    const batch = queue.receive();
    if (batch.length === 0) return false;
    const process = new SimulatedProcess(world);
    const parking = new CrashingParking(this.parking, process, {
      reading: 'consumer crashes before it reads a batch',
      beforePark: 'consumer crashes before a message is parked',
      afterPark: 'consumer crashes after a message is parked, before the delete',
      appending: 'consumer crashes while a message is put behind a parked one',
    });
    const answer = await process.run(this.handler(process, parking)({ Records: batch }, context));
    // Nobody reports the batch as done: it comes again when its visibility has expired.
    if (typeof answer === 'string' || world.strikes('answer to the queue is lost')) return true;
    const { batchItemFailures } = answer as SQSBatchResponse;
    queue.settle(batch, new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)));
    for (const { attributes, body } of batch) {
      if (!world.strikes('message is dead-lettered after it was handled, and re-driven')) continue;
      world.in(DEAD_LETTER_SECONDS, () => queue.sendAnew(attributes.MessageGroupId ?? '', body));
    }
    return true;
  }

  /** What an operator does with a case. */
  async redrive(caseId: string): Promise<void> {
    const process = new SimulatedProcess(this.world);
    const parking = new CrashingParking(this.parking, process, {
      handled: 'consumer crashes in a redrive after the message is handled',
      closing: 'consumer crashes in a redrive before the case is closed',
      closed: 'consumer crashes in a redrive after the case is closed',
    });
    const before = process.pass('consumer crashes in a redrive before the message is handled');
    if (before) return;
    await process.run(this.handler(process, parking)({ redriveCase: caseId }, context));
  }

  private handler(process: SimulatedProcess, parking: CrashingParking) {
    const { provider, accounts, effects, marks, failed, queue: visibility } = this;
    const handle = this.consumer({ process, provider, accounts, effects, marks });
    const watched: typeof handle = async (message) => {
      try {
        await handle(message);
      } catch (error) {
        failed.add(message.id);
        throw error;
      }
    };
    const tries: Tries = {
      begin: async (messageId) => {
        const begun = await this.tries.begin(messageId);
        await process.pass('consumer crashes after a try is noted, before it begins');
        return begun;
      },
      end: (messageId) => this.tries.end(messageId),
    };
    const accepts = [onEvent(stepTakenV1, watched)];
    const all = { consumer: 'charge', accepts, parking, visibility, tries, attempts: ATTEMPTS, log: silent };
    return fifoConsumer({ ...all, onParked: async (parked) => this.count(parked) });
  }

  private count({ reason, message }: ParkedDelivery): void {
    const id = message?.id ?? '';
    this.parked.set(reason, (this.parked.get(reason) ?? 0) + 1);
    const tried = { AttemptsExhausted: this.failed.has(id), WorkerLost: this.provider.isDeadly(id) }[reason];
    if (tried === false) this.parkedUntried += 1;
  }
}
