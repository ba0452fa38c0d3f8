import type { Arrival } from './ordered-arrival';
import { effectKeyText } from './ordered-effect';
import type { DeliveryPlan } from './ordered-plan';
import type { KnownEntity } from './ordered-store.port';

/** What is planned for an entity. */
export interface Plan {
  readonly entity: string;
  readonly arrivals: readonly Arrival[];
  readonly known: KnownEntity;
  readonly plan: DeliveryPlan;
}

/** Sets of numbers that can be joined. */
class Joined {
  private readonly parents: number[] = [];

  add(): number {
    return this.parents.push(this.parents.length) - 1;
  }

  /** The number that stands for the set. */
  of(one: number): number {
    let root = one;
    for (let parent = this.parents[root]; parent !== undefined && parent !== root; parent = this.parents[root])
      root = parent;
    this.parents[one] = root;
    return root;
  }

  join(one: number, other: number): void {
    this.parents[this.of(other)] = this.of(one);
  }
}

/** Plans that are written together, as far as a transaction takes them. */
const packed = (plans: readonly Plan[], maxItems: number): readonly (readonly Plan[])[] => {
  const packs: Plan[][] = [];
  let room = 0;
  for (const plan of plans) {
    if (plan.plan.items > room) {
      packs.push([]);
      room = maxItems;
    }
    packs.at(-1)?.push(plan);
    room -= plan.plan.items;
  }
  return packs;
};

/**
 * Puts plans that add to the same items into packs, each for one transaction: on their own they would be refused for each other's sake.
 * Answers lists of packs; those of one list are to be written one after the other, the lists in any order.
 */
export const plansInPacks = (plans: readonly Plan[], maxItems: number): readonly (readonly (readonly Plan[])[])[] => {
  const sets = new Joined();
  const setOfKey = new Map<string, number>();
  for (const { plan } of plans) {
    const set = sets.add();
    for (const effect of plan.effects) {
      if (effect.kind === 'put') continue;
      const key = effectKeyText(effect.key);
      const other = setOfKey.get(key);
      if (other === undefined) setOfKey.set(key, set);
      else sets.join(other, set);
    }
  }
  if (setOfKey.size === 0) return plans.map((plan) => [[plan]]);
  const together = new Map<number, Plan[]>();
  for (const [index, plan] of plans.entries()) {
    const set = sets.of(index);
    const others = together.get(set);
    if (others === undefined) together.set(set, [plan]);
    else others.push(plan);
  }
  return [...together.values()].map((one) => packed(one, maxItems));
};
