import { unknownProfile } from '../../../lambdas/audit/access-profile';
import { attackAfter, attacks, normalWeek } from './access-traffic';
import { firstDetectable } from './first-detectable';
import { nobodyWatched, type Watched, watch } from './watched-traffic';

/** Weeks from which the rules learn what is usual, before the week that is judged. */
const LEARNT_WEEKS = 4;

/** The rules after four normal weeks. */
export const learntWeeks = (): Watched =>
  Array.from({ length: LEARNT_WEEKS }, (_, week) => week).reduce(
    (watched, week) => watch(watched, normalWeek(1, week, LEARNT_WEEKS)).watched,
    nobodyWatched,
  );

/** What became of a seed's week and of the attacks after it. */
export interface SimulatedWeek {
  readonly accesses: number;
  /** Findings in the week itself, in which nobody did anything wrong. */
  readonly falseAlarms: readonly string[];
  /** By attack, seconds from the first access it could be known for to the finding. `undefined`: it was missed. */
  readonly secondsToFinding: { readonly [attack: string]: number | undefined };
}

/** A fifth week, and then each attack by itself. */
export const simulateWeek = (learnt: Watched, seed: number): SimulatedWeek => {
  const traffic = normalWeek(seed + 1_000, LEARNT_WEEKS, LEARNT_WEEKS);
  const { watched, found } = watch(learnt, traffic);
  const secondsToFinding = attacks.map((attack) => {
    const arriving = attackAfter(attack, seed, LEARNT_WEEKS);
    const profile = watched.actors.get(arriving[0]?.access.actorId ?? '')?.profile ?? unknownProfile;
    const made = watch(watched, arriving).found.find(({ finding }) => finding.rule === attack);
    const detectable = firstDetectable(attack, arriving, profile);
    if (detectable === undefined)
      throw new Error(`${attack} of seed ${seed} cannot be known for one, expected it to be`);
    return [attack, made && (made.atMs - detectable) / 1_000] as const;
  });
  return {
    accesses: traffic.length,
    falseAlarms: found.map(({ finding: { rule, actor, facts } }) => `${rule} ${actor.id} ${JSON.stringify(facts)}`),
    secondsToFinding: Object.fromEntries(secondsToFinding),
  };
};
