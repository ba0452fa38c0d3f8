import type { SchemaPhase } from '../../lambdas/shared/schema-phase.contract';
import type { SchemaUse } from '../../lambdas/shared/schema-use.contract';

/** A version of a function that an alias routes to. */
export interface ServedVersion extends SchemaUse {
  readonly functionName: string;
  /** Number of the published version, or `$LATEST`. */
  readonly version: string;
}

/** What is served in a region. */
export interface ServedRegion {
  readonly region: string;
  /** A deployment is under way: what is served may be another thing in a moment. */
  readonly deploying: boolean;
  readonly versions: readonly ServedVersion[];
}

/** Entities that are stored in an old version, as one region's replica has them. */
export interface OldForms {
  readonly region: string;
  /** By their home region. */
  readonly old: { readonly [home: string]: number };
  /** Without a home region, so that no region rewrites them; some of them by name. */
  readonly homeless: { readonly count: number; readonly some: readonly string[] };
}

/** Entities by name, as far as they are known. */
export const namesOf = (count: number, some: readonly string[]): string => {
  const shown = some.slice(0, 10);
  return `${shown.join(', ')}${count > shown.length ? ` and ${count - shown.length} more` : ''}`;
};

/** Steps that are safe only when what is served allows them. */
export type GuardedStep = SchemaPhase | 'backfill';

/** What every served version has to do before a step. */
const demandOf = (step: GuardedStep, newest: number) => {
  const knows = (version: number) => (use: SchemaUse) => use.reads.includes(version);
  switch (step) {
    case 'expand':
      return {
        // Whoever reads older ones still has them: the change before this one has not come to its contract.
        isMet: (use: SchemaUse) => knows(newest - 1)(use) && use.reads.every((version) => version >= newest - 1),
        what: `expected every served version to read ${newest - 1}, which is written again, and nothing older`,
      };
    case 'cutover':
      return {
        isMet: knows(newest),
        what: `expected every served version to read ${newest} before the first one writes it`,
      };
    case 'backfill':
    case 'contract':
      return {
        isMet: (use: SchemaUse) => knows(newest)(use) && use.writes === newest,
        what: `expected every served version to read and write ${newest}`,
      };
  }
};

const useText = ({ reads, writes }: SchemaUse): string => `reads ${reads.join(' and ')} and writes ${writes}`;

const unmet = (step: GuardedStep, newest: number, { region, deploying, versions }: ServedRegion): readonly string[] => {
  const { isMet, what } = demandOf(step, newest);
  const byUse = Map.groupBy(
    versions.filter((served) => !isMet(served)),
    useText,
  );
  return [
    ...(deploying ? [`${region}: a deployment is under way; expected it to have ended`] : []),
    ...(versions.length === 0 ? [`${region}: no function is served; ${what}`] : []),
    ...[...byUse].map(([use, served]) => {
      const names = served.map(({ functionName, version }) => `${functionName}:${version}`);
      return `${region}: ${use}: ${names.join(', ')}; ${what}`;
    }),
  ];
};

const leftIn = ({ region, old, homeless: { count, some } }: OldForms): readonly string[] => [
  ...Object.entries(old).map(
    ([home, entities]) => `${region}: ${entities} entities of ${home} are stored in an old version; expected none`,
  ),
  ...(count > 0
    ? [
        `${region}: ${count} entities in an old version have no home region, and none rewrites them: ${namesOf(count, some)}; expected none`,
      ]
    : []),
];

/**
 * Why a step must not be taken now; empty when it may. All regions count for each: what one writes is replicated to the others.
 * @param left what is stored in old versions, as each region sees it; looked at by `contract` only
 */
export const refusalsOf = (
  step: GuardedStep,
  newest: number,
  regions: readonly ServedRegion[],
  left: readonly OldForms[] = [],
): readonly string[] => [
  ...regions.flatMap((region) => unmet(step, newest, region)),
  ...(step === 'contract' ? left.flatMap(leftIn) : []),
];

/** The phase that all regions have reached by what they serve; `before`: some served version reads old forms only. */
export const reachedPhase = (newest: number, served: readonly ServedRegion[]): SchemaPhase | 'before' => {
  const regions = served.map((region) => ({ ...region, deploying: false }));
  if (refusalsOf('cutover', newest, regions).length > 0) return 'before';
  if (refusalsOf('contract', newest, regions).length > 0) return 'expand';
  const readsOld = regions.some(({ versions }) =>
    versions.some(({ reads }) => reads.some((version) => version < newest)),
  );
  return readsOld ? 'cutover' : 'contract';
};
