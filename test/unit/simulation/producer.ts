import { DuplicateMessageError } from '../../../lambdas/shared/entity-store.errors';
import { newEvent } from '../../../lambdas/shared/event-contract';
import { InMemoryEntityStore } from '../../../lambdas/shared/in-memory-entity-store.adapter';
import { SimulatedProcess } from './simulated-process';
import { stepTakenV1 } from './step-taken';
import type { World } from './world';

interface Walk {
  readonly steps: number;
}

const TWO_EVENTS = 0.1;

/** Clients that send requests until they are answered, and the service that commits them with their events. */
export class Producer {
  readonly store: InMemoryEntityStore<Walk>;
  /** Number of each entity's last event. */
  readonly committed = new Map<string, number>();
  events = 0;
  private requests = 0;
  private unanswered: { readonly id: string; readonly entity: string; readonly events: number } | undefined;

  constructor(
    private readonly world: World,
    private readonly entities: number,
  ) {
    const { clock } = world;
    this.store = new InMemoryEntityStore({ kind: 'walk', context: 'simulation', region: 'sa-east-1', clock });
  }

  /** One request, or the repetition of the one that was not answered. */
  async request(): Promise<void> {
    const { world } = this;
    this.unanswered ??= {
      id: `request-${(this.requests += 1)}`,
      entity: String(world.between(1, this.entities)),
      events: world.random() < TWO_EVENTS ? 2 : 1,
    };
    const process = new SimulatedProcess(world);
    const ended = await process.run(this.serve(process, this.unanswered));
    if (ended === undefined) this.unanswered = undefined;
  }

  private async serve(process: SimulatedProcess, request: NonNullable<Producer['unanswered']>): Promise<undefined> {
    const { id, entity } = request;
    const basedOn = await this.store.find(entity);
    const before = process.pass('producer crashes before the commit');
    if (before) await before;
    const events = Array.from({ length: request.events }, () => newEvent(stepTakenV1, { entity, amountMinor: 100 }));
    const state = { steps: (basedOn?.state.steps ?? 0) + 1 };
    const cause = { correlationId: entity, causationId: id };
    try {
      const stored = await this.store.commit({
        id: entity,
        basedOn,
        state,
        events,
        cause,
        message: { messageId: id, outcome: 1 },
      });
      this.committed.set(entity, stored.sequence);
      this.events += events.length;
    } catch (error) {
      if (!(error instanceof DuplicateMessageError)) throw error;
    }
    const after = process.pass('producer crashes after the commit, before the answer');
    if (after) await after;
    return undefined;
  }
}
