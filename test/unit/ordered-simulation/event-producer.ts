import type { InMemoryOrderedLog } from '../shared/in-memory-ordered-log';
import { noted } from '../shared/stream-events';
import type { FaultyWorld } from './faulty-world';

/** What the producers of one run do wrong. */
export interface ProducerOptions {
  readonly entities: number;
  readonly events: number;
  /** Whether poison and gaps are planted, which an operator has to decide about. */
  readonly trouble: boolean;
}

/** Produces numbered events, and everything that goes wrong on the way to the log. */
export class EventProducer {
  /** Last number of each entity. */
  readonly last = new Map<string, number>();
  /** Entities for which something was planted that keeps them from going on. */
  readonly troubled = new Set<string>();
  /** Events that will never work or never come: an operator gives them up. */
  readonly hopeless = new Set<string>();
  /** Those of them that the log never had. */
  readonly neverSent = new Set<string>();
  /** Events whose number another event has as well: whichever comes second is given up. */
  readonly contested = new Set<string>();
  private made = 0;
  private late: { readonly at: number; readonly entity: string; readonly text: string }[] = [];

  constructor(
    private readonly world: FaultyWorld,
    private readonly log: InMemoryOrderedLog,
    private readonly options: ProducerOptions,
  ) {}

  get isDone(): boolean {
    return this.made >= this.options.events && this.late.length === 0;
  }

  step(): void {
    const due = this.late.filter(({ at }) => at <= this.world.now);
    this.late = this.late.filter(({ at }) => at > this.world.now);
    for (const { entity, text } of due) this.log.put(entity, text);
    for (let number = this.world.between(0, 60); number > 0 && this.made < this.options.events; number -= 1)
      this.produce();
  }

  /** Whether the projection fails at an event: until it is mended. */
  isPoison(text: string): boolean {
    const [kind, until] = text.split('@');
    return kind === 'poison' && this.world.now < Number(until);
  }

  private produce(): void {
    const { world, log } = this;
    const entity = `thing/${world.between(1, this.options.entities)}`;
    const sequence = (this.last.get(entity) ?? 0) + 1;
    this.last.set(entity, sequence);
    this.made += 1;
    const text = this.textOf(entity, sequence);
    if (text === undefined) return;
    if (world.strikes('an event comes later than those after it', 0.1)) this.later(entity, text, world.between(1, 20));
    else log.put(entity, text);
    if (world.strikes('an event comes twice', 0.15)) log.put(entity, text);
    if (world.strikes('an old event comes again', 0.05)) this.later(entity, text, world.between(30, 400));
  }

  /** The event; `undefined` when it is not sent now. */
  private textOf(entity: string, sequence: number): string | undefined {
    const { world, log } = this;
    const name = `${entity}/${sequence}`;
    const plain = noted(entity, sequence);
    if (!this.options.trouble) return plain;
    const plant = (fault: string, likelihood: number): boolean => {
      if (!world.strikes(fault, likelihood)) return false;
      this.troubled.add(entity);
      return true;
    };
    if (plant('a record is unreadable', 0.002)) log.put(entity, `nothing of ours ${name}`);
    if (plant('a number is taken by another event', 0.001)) {
      this.contested.add(name);
      log.put(entity, noted(entity, sequence, { id: `not ${name}` }));
    }
    if (plant('an event is lost on its way', 0.001)) {
      this.hopeless.add(name);
      this.neverSent.add(name);
      return undefined;
    }
    if (plant('an event comes when nobody expects it any more', 0.002)) {
      this.later(entity, plain, world.between(200, 900));
      return undefined;
    }
    if (plant('an event comes from the future', 0.001)) {
      this.hopeless.add(name);
      return noted(entity, sequence, { time: new Date(world.now + 400 * 86_400_000).toISOString() });
    }
    if (plant('an event is poison until it is mended', 0.003)) {
      return noted(entity, sequence, { text: `poison@${world.now + world.between(100, 600) * 1_000}` });
    }
    return plain;
  }

  private later(entity: string, text: string, seconds: number): void {
    this.late.push({ at: this.world.now + seconds * 1_000, entity, text });
  }
}
