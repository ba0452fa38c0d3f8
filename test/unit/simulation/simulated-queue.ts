import type { SQSRecord } from 'aws-lambda';
import type { MessageVisibility } from '../../../lambdas/shared/message-visibility.port';
import type { World } from './world';

interface Message {
  readonly id: string;
  readonly group: Group;
  readonly body: string;
  receiveCount: number;
}

interface Group {
  readonly name: string;
  readonly messages: Message[];
  /** Nothing of the group is handed out before: a message of it is in flight. */
  blockedUntil: number;
}

const DEDUPLICATION_MS = 5 * 60 * 1_000;
const VISIBILITY_SECONDS = 30;
const BATCH = 10;
const MOST_OF_A_GROUP = 3;

/**
 * An SQS FIFO queue: order within a group, none between groups; a group waits while a message of it is in flight; a
 * deduplication id counts for five minutes.
 */
export class SimulatedQueue implements MessageVisibility {
  private readonly groups = new Map<string, Group>();
  private readonly order: Group[] = [];
  private readonly seen = new Map<string, number>();
  private readonly inFlight = new Map<string, Message>();
  private sent = 0;
  private waiting = 0;
  deliveries = 0;

  constructor(private readonly world: World) {}

  get size(): number {
    return this.waiting;
  }

  /** When the next group that has messages becomes free, or Infinity. */
  get nextVisible(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { messages, blockedUntil } of this.order) {
      if (messages.length > 0 && blockedUntil < next) next = blockedUntil;
    }
    return next;
  }

  send(deduplicationId: string, groupName: string, body: string): void {
    const until = this.seen.get(deduplicationId);
    if (until !== undefined && until > this.world.now) return;
    this.seen.set(deduplicationId, this.world.now + DEDUPLICATION_MS);
    this.add(groupName, body);
  }

  /** As `send`, with a deduplication id that was never used. */
  sendAnew(groupName: string, body: string): void {
    this.add(groupName, body);
  }

  /** Up to ten messages of a few free groups, chosen at random. */
  receive(): SQSRecord[] {
    const { order, world } = this;
    const batch: SQSRecord[] = [];
    const start = Math.floor(world.random() * order.length);
    for (let step = 0; step < order.length && batch.length < BATCH; step += 1) {
      const group = order[(start + step) % order.length];
      if (!group || group.messages.length === 0 || group.blockedUntil > world.now) continue;
      group.blockedUntil = world.now + VISIBILITY_SECONDS * 1_000;
      const most = Math.min(MOST_OF_A_GROUP, BATCH - batch.length, group.messages.length);
      for (let index = 0; index < most; index += 1) {
        const message = group.messages[index];
        if (message) batch.push(this.record(message));
      }
    }
    this.deliveries += batch.length;
    return batch;
  }

  /** The messages of a batch that were not reported as failed are done. */
  settle(batch: readonly SQSRecord[], failed: ReadonlySet<string>): void {
    for (const { messageId } of batch) if (!failed.has(messageId)) this.delete(messageId);
  }

  async postpone(receiptHandles: readonly string[], seconds: number): Promise<void> {
    for (const handle of receiptHandles) {
      const message = this.inFlight.get(handle);
      if (message) message.group.blockedUntil = this.world.now + seconds * 1_000;
    }
  }

  private delete(messageId: string): void {
    const message = this.inFlight.get(messageId);
    if (!message) return;
    this.inFlight.delete(messageId);
    const { messages } = message.group;
    const index = messages.indexOf(message);
    if (index < 0) return;
    messages.splice(index, 1);
    this.waiting -= 1;
    // Free once nothing of it is in flight; whoever postponed a message behind this one said for how long.
    if (messages.every(({ id }) => !this.inFlight.has(id))) message.group.blockedUntil = 0;
  }

  private add(name: string, body: string): void {
    let group = this.groups.get(name);
    if (!group) {
      group = { name, messages: [], blockedUntil: 0 };
      this.groups.set(name, group);
      this.order.push(group);
    }
    this.sent += 1;
    this.waiting += 1;
    group.messages.push({ id: `m${this.sent}`, group, body, receiveCount: 0 });
  }

  private record(message: Message): SQSRecord {
    message.receiveCount += 1;
    this.inFlight.set(message.id, message);
    return {
      messageId: message.id,
      receiptHandle: message.id,
      body: message.body,
      attributes: {
        ApproximateReceiveCount: String(message.receiveCount),
        ApproximateFirstReceiveTimestamp: '0',
        MessageGroupId: message.group.name,
        SenderId: '',
        SentTimestamp: '0',
      },
      messageAttributes: {},
      md5OfBody: '',
      eventSource: 'aws:sqs',
      eventSourceARN: '',
      awsRegion: 'sa-east-1',
    };
  }
}
