import { atMost, type Figure, informative, none } from '../harness/figure';
import type { BarPlot } from '../harness/plot';

/** Something that somebody has to be told of. */
export interface Attack {
  /** What it is, for a reader. */
  readonly name: string;
  readonly rule: string;
  readonly actorId: string;
  /** When the first access had been answered that could give it away, in milliseconds since 1970. */
  readonly detectableAt: number;
}

/** A finding, as the table keeps it. */
export interface SeenFinding {
  readonly rule: string;
  readonly actorId: string;
  /** When it was told, in milliseconds since 1970. @default not yet */
  readonly toldAt?: number;
}

/** The figures of this count, by the names under which protections refer to them. */
export const attackFigures = {
  missed: 'attacks missed',
  slowest: 'from the first access that gives an attack away to its finding, at most',
  falseAlarms: 'false alarms',
} as const;

/** How soon somebody has to be told, in seconds. */
const SOON_SECONDS = 60;

/** How long each attack took to be told, in seconds; what was not told is left out. */
export const secondsToFindings = (
  attacks: readonly Attack[],
  findings: readonly SeenFinding[],
): readonly { readonly attack: Attack; readonly seconds: number }[] =>
  attacks.flatMap((attack) => {
    const told = findings
      .filter(({ rule, actorId }) => rule === attack.rule && actorId === attack.actorId)
      .flatMap(({ toldAt }) => toldAt ?? []);
    if (told.length === 0) return [];
    // Told before its answer was there: the record is written ahead.
    return [{ attack, seconds: Math.max(0, Math.min(...told) - attack.detectableAt) / 1000 }];
  });

/** Holds what was done against what was told. @param actors everybody in the drill: findings about others are not counted */
export const countAttacks = (
  attacks: readonly Attack[],
  findings: readonly SeenFinding[],
  actors: ReadonlySet<string>,
): Figure[] => {
  const timed = secondsToFindings(attacks, findings);
  const found = new Set(timed.map(({ attack }) => attack));
  const isExpected = ({ rule, actorId }: SeenFinding): boolean =>
    attacks.some((attack) => attack.rule === rule && attack.actorId === actorId);
  const alarms = findings.filter((finding) => actors.has(finding.actorId) && !isExpected(finding));
  return [
    informative('attacks', attacks.length),
    none(
      attackFigures.missed,
      attacks.filter((attack) => !found.has(attack)).map(({ name, rule }) => `${name} (${rule})`),
    ),
    atMost(attackFigures.slowest, Math.max(0, ...timed.map(({ seconds }) => seconds)), SOON_SECONDS, 's'),
    none(
      attackFigures.falseAlarms,
      alarms.map(({ rule, actorId }) => `${rule}: ${actorId}`),
    ),
  ];
};

/** How long each attack took to be told. */
export const plotAttacks = (attacks: readonly Attack[], findings: readonly SeenFinding[]): BarPlot => ({
  kind: 'bars',
  title: 'From the first access that gives an attack away to its finding',
  unit: 's',
  bars: secondsToFindings(attacks, findings).map(({ attack: { name }, seconds }) => ({
    label: name,
    value: Math.round(seconds * 10) / 10,
  })),
});
