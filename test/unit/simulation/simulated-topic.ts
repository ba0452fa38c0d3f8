import type { Publication, Topic, TopicMessage } from '../../../lambdas/shared/topic.port';
import type { CrashPoint } from './crash-points';
import type { SimulatedProcess } from './simulated-process';
import type { SimulatedQueue } from './simulated-queue';
import type { World } from './world';

/** Tries of a poisoned event before the topic takes it: somebody has repaired the topic. */
const POISONED_TRIES = 2;
const DUPLICATES = 0.3;

/** What the topic remembers beyond any process. */
export class TopicState {
  private readonly tries = new Map<string, number>();

  /** About one event in 700 is refused at first. The id is a UUID: its last digits are as good as random. */
  refuses(id: string): boolean {
    if (Number.parseInt(id.slice(-6), 16) % 700 !== 0) return false;
    const tries = (this.tries.get(id) ?? 0) + 1;
    this.tries.set(id, tries);
    return tries <= POISONED_TRIES;
  }
}

/** The crash points a process passes while it publishes. */
export interface PublishPoints {
  readonly before?: CrashPoint;
  readonly middle?: CrashPoint;
  readonly after?: CrashPoint;
}

/** The FIFO topic with one subscribed queue, as one process sees it. Sends three events in ten twice. */
export class SimulatedTopic implements Topic {
  readonly maxBytes = 262_144;
  readonly maxMessages = 10;

  constructor(
    private readonly world: World,
    private readonly queue: SimulatedQueue,
    private readonly state: TopicState,
    private readonly process: SimulatedProcess,
    private readonly points: PublishPoints,
  ) {}

  sizeOf({ body }: TopicMessage): number {
    return body.length;
  }

  async publish(messages: readonly TopicMessage[]): Promise<readonly Publication[]> {
    const { world, process, points } = this;
    if (points.before) await process.pass(points.before);
    const publications: Publication[] = [];
    for (const message of messages) {
      if (this.state.refuses(message.id)) publications.push({ kind: 'poison', reason: 'InvalidParameter' });
      else if (world.strikes('topic takes only some entries of a batch')) {
        publications.push({ kind: 'failed', reason: 'InternalError' });
      } else {
        this.send(message);
        publications.push({ kind: 'published' });
      }
      const stop = points.middle && process.pass(points.middle);
      if (stop) await stop;
    }
    if (points.after) await process.pass(points.after);
    if (!world.strikes('topic publishes, but its answer is lost')) return publications;
    return messages.map(() => ({ kind: 'failed', reason: 'TimeoutError' }));
  }

  private send({ id, group, body }: TopicMessage): void {
    const { world, queue } = this;
    queue.send(id, group, body);
    const again = () => queue.sendAnew(group, body);
    if (world.random() < DUPLICATES) world.in(world.random() < 0.5 ? 0 : world.between(1, 600), again);
    if (world.strikes('topic sends again with a new deduplication id')) again();
    if (world.strikes('an old message arrives behind newer ones')) world.in(world.between(60, 3_600), again);
  }
}
