import type { MessageReader } from '../../../lambdas/shared/message-reader';
import type { RegionGate } from '../../../lambdas/shared/region-gate.port';
import { refusalOf } from '../../../lambdas/shared/region-refusal';
import type { Compute } from './compute';
import type { VirtualTime } from './virtual-time';

const attempts = 6;
const fencedPause = 60_000;

/** A FIFO queue and its consumer: in order per group, again after a failure, parked after too many. */
export class Fifo {
  private readonly groups = new Map<string, string[]>();
  /** Messages that an operator has to look at. */
  readonly parked: string[] = [];

  constructor(
    private readonly time: VirtualTime,
    private readonly compute: Compute,
    private readonly gate: RegionGate,
    private readonly reader: MessageReader,
    private readonly onParked: (body: string) => Promise<void> = async () => undefined,
  ) {}

  get isIdle(): boolean {
    return this.groups.size === 0;
  }

  send(group: string, body: string): void {
    const waiting = this.groups.get(group);
    if (waiting) waiting.push(body);
    else {
      this.groups.set(group, [body]);
      this.time.start(() => this.drain(group));
    }
    // The queue delivers at least once.
    if (this.time.chance(0.03)) this.groups.get(group)?.push(body);
  }

  private async drain(group: string): Promise<void> {
    const { compute, groups } = this;
    const waiting = groups.get(group) ?? [];
    for (let tried = 0; ; ) {
      const [body] = waiting;
      if (body === undefined) break;
      await compute.awake();
      if (await refusalOf(this.gate)) {
        await compute.sleep(fencedPause);
        continue;
      }
      try {
        await compute.invoke(async () => this.reader.handle(this.reader.read(body, tried + 1)));
        tried = 0;
      } catch {
        tried += 1;
        if (tried < attempts || (await refusalOf(this.gate))) {
          await compute.sleep(1_000 * 2 ** Math.min(tried, 6));
          continue;
        }
        tried = 0;
        this.parked.push(body);
        await this.onParked(body);
      }
      waiting.shift();
    }
    groups.delete(group);
  }
}
