import type { FaultyWorld } from './faulty-world';

/** How an invocation ended for whoever started it. A stalled one may still act later. */
export type Ended = 'crashed' | 'stalled';

/** A call of a port failed, and may or may not have done its work. */
export class PortFailedError extends Error {
  override readonly name = 'PortFailedError';
}

type Method = (...given: never[]) => unknown;

const never = <T>(): Promise<T> => new Promise(() => undefined);

/**
 * An invocation that can die, stall or fail at every call of a port. Death is real: whatever waits at the call waits for ever, so no `catch`
 * of the code under test runs, and nothing the process does afterwards reaches the world.
 */
export class FaultyProcess {
  private ended: Ended | undefined;
  private readonly end: Promise<Ended>;
  private announce: (ended: Ended) => void = () => undefined;

  constructor(private readonly world: FaultyWorld) {
    this.end = new Promise((resolve) => {
      this.announce = resolve;
    });
  }

  /** The result of an invocation, or how the process ended before there was one. */
  run<T>(invocation: Promise<T>): Promise<T | Ended> {
    return Promise.race([invocation, this.end]);
  }

  /** A port as this process sees it. */
  port<Port extends object>(name: string, port: Port): Port {
    return new Proxy(port, {
      get: (target, property) => {
        const member: unknown = Reflect.get(target, property);
        if (typeof member !== 'function') return member;
        const call = `${name}.${String(property)}`;
        return async (...given: never[]) => this.call(call, () => (member as Method).apply(target, given));
      },
    });
  }

  private async call<T>(name: string, work: () => T | Promise<T>): Promise<T> {
    const { world } = this;
    for (let waits = world.between(0, 2); waits > 0; waits -= 1) await Promise.resolve();
    if (this.isDead()) return never();
    if (world.strikes(`dies before ${name}`, 0.004)) return this.die();
    if (world.strikes(`stalls before ${name}`, 0.002)) await this.stall();
    if (world.strikes(`${name} fails`, 0.004)) throw new PortFailedError(`${name} failed`);
    const answer = await work();
    if (this.isDead()) return never();
    if (world.strikes(`dies after ${name}`, 0.004)) return this.die();
    if (world.strikes(`the answer of ${name} is lost`, 0.002))
      throw new PortFailedError(`the answer of ${name} is lost`);
    return answer;
  }

  /** Another call of the same process may have ended it meanwhile. */
  private isDead(): boolean {
    return this.ended === 'crashed';
  }

  private die<T>(): Promise<T> {
    this.ended = 'crashed';
    this.announce('crashed');
    return never();
  }

  private stall(): Promise<void> {
    this.ended ??= 'stalled';
    this.announce('stalled');
    return this.world.sleep(this.world.between(5, 90));
  }
}
