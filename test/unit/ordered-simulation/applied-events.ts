import { InMemoryOrderedStore } from '../../../lambdas/shared/in-memory-ordered-store.adapter';
import type { OrderedCommit } from '../../../lambdas/shared/ordered-store.port';

/** What went wrong in one generation. */
export interface Verdict {
  /** Events that were never applied, and that nobody gave up. */
  readonly lost: number;
  /** Effects beyond the first of an event. */
  readonly doubled: number;
  /** Effects that came after the effect of a later event of the entity. */
  readonly disordered: number;
}

/** A store that tells in which order effects became true. Not told by the code under test. */
export class AppliedEvents extends InMemoryOrderedStore {
  private readonly applied = new Map<string, Map<string, number[]>>();

  override async commit(generation: string, commit: OrderedCommit): Promise<void> {
    await super.commit(generation, commit);
    const entities = this.applied.get(generation) ?? new Map<string, number[]>();
    this.applied.set(generation, entities);
    for (const effect of commit.effects) {
      const { entity, sequence } = effect.kind === 'put' ? effect.attributes : {};
      if (entity === undefined) continue;
      const name = entity as string;
      entities.set(name, [...(entities.get(name) ?? []), Number(sequence)]);
    }
  }

  sequencesOf(generation: string, entity: string): readonly number[] {
    return this.applied.get(generation)?.get(entity) ?? [];
  }

  judge(generation: string, last: ReadonlyMap<string, number>, givenUp: ReadonlySet<string>): Verdict {
    let [lost, doubled, disordered] = [0, 0, 0];
    for (const [entity, to] of last) {
      let highest = 0;
      const seen = new Set<number>();
      for (const sequence of this.sequencesOf(generation, entity)) {
        if (seen.has(sequence)) doubled += 1;
        else if (sequence < highest) disordered += 1;
        seen.add(sequence);
        highest = Math.max(highest, sequence);
      }
      for (let sequence = 1; sequence <= to; sequence += 1) {
        if (!seen.has(sequence) && !givenUp.has(`${entity}/${sequence}`)) lost += 1;
      }
    }
    return { lost, doubled, disordered };
  }
}
