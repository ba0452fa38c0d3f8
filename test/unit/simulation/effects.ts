import type { World } from './world';

/** What went wrong with the effects of a run. */
export interface Verdict {
  /** Events without an effect. */
  readonly lost: number;
  /** Effects beyond the first of an event, at the store or at the provider. */
  readonly doubled: number;
  /** First effects that came before the effect of the entity's previous event. */
  readonly disordered: number;
}

/** The effects as the stores saw them, in the order in which they became true. Not told by the code under test. */
export class Effects {
  private readonly byEntity = new Map<string, number[]>();
  count = 0;

  constructor(private readonly world: World) {}

  record(entity: string, sequence: number): void {
    this.count += 1;
    this.world.note(sequence);
    const effects = this.byEntity.get(entity);
    if (effects) effects.push(sequence);
    else this.byEntity.set(entity, [sequence]);
  }

  /** Compares with what was committed: `committed` holds each entity's last event number. */
  judge(committed: ReadonlyMap<string, number>, ledger: ReadonlyMap<string, number>): Verdict {
    let [lost, doubled, disordered, events] = [0, 0, 0, 0];
    for (const [entity, last] of committed) {
      const seen = new Set<number>();
      for (const sequence of this.byEntity.get(entity) ?? []) {
        if (seen.has(sequence)) doubled += 1;
        else if (sequence > 1 && !seen.has(sequence - 1)) disordered += 1;
        seen.add(sequence);
      }
      events += last;
      for (let sequence = 1; sequence <= last; sequence += 1) if (!seen.has(sequence)) lost += 1;
    }
    for (const times of ledger.values()) doubled += times - 1;
    lost += Math.max(0, events - ledger.size);
    return { lost, doubled, disordered };
  }
}
