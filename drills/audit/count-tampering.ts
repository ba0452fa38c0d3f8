import { type ChainFinding, isAlarming } from '../../local/audit/verify-chains';
import { type Figure, informative, none } from '../harness/figure';
import type { GridPlot } from '../harness/plot';
import type { Tampering } from './tampering';

/** What the verifier said of a trail that was bent. */
export interface JudgedTampering {
  readonly kind: string;
  readonly lock: Tampering['lock'];
  /** What may be accused. */
  readonly touched: readonly string[];
  readonly findings: readonly ChainFinding[];
}

/** The figures of this count, by the names under which protections refer to them. */
export const tamperingFigures = {
  missed: 'tamperings missed',
  accused: 'chains accused that nobody touched',
} as const;

const accusedIn = (findings: readonly ChainFinding[]): readonly ChainFinding[] => findings.filter(isAlarming);

const isFound = ({ touched, findings }: JudgedTampering): boolean =>
  accusedIn(findings).some(({ chain }) => touched.includes(chain) || chain === 'of no chain');

/**
 * Holds what was bent against what was found.
 * @param untouched what the verifier said of the trail before anybody touched it
 */
export const countTampering = (untouched: readonly ChainFinding[], judged: readonly JudgedTampering[]): Figure[] => {
  const wronged = judged.flatMap(({ kind, touched, findings }) =>
    accusedIn(findings)
      // A line of which nothing can be read any more is of no chain.
      .filter(({ chain }) => !touched.includes(chain) && chain !== 'of no chain')
      .map(({ chain, verdict }) => `${chain} is called ${verdict} after: ${kind}`),
  );
  return [
    informative(
      'chains sealed and intact before anybody touched them',
      untouched.filter((one) => !isAlarming(one)).length,
    ),
    informative('tamperings', judged.length),
    none(
      tamperingFigures.missed,
      judged.filter((one) => !isFound(one)).map(({ kind }) => kind),
    ),
    none(tamperingFigures.accused, [
      ...accusedIn(untouched).map(
        ({ chain, verdict, details }) => `${chain} is called ${verdict}: ${details[0] ?? ''}`,
      ),
      ...wronged,
    ]),
  ];
};

/** How often each kind was found, and what it was called. */
export const plotTampering = (judged: readonly JudgedTampering[]): GridPlot => ({
  kind: 'grid',
  title: 'Ways to bend the trail',
  columns: ['possible while locked', 'found', 'called'],
  rows: [...Map.groupBy(judged, ({ kind }) => kind)].map(([label, all]) => {
    const found = all.filter(isFound).length;
    const called = new Set(all.flatMap(({ findings }) => accusedIn(findings)).map(({ verdict }) => verdict));
    return {
      label,
      cells: [
        { text: all[0]?.lock === 'stands' ? 'yes' : 'no', tone: 'neutral' },
        { text: `${found} of ${all.length}`, tone: found === all.length ? 'good' : 'bad' },
        { text: [...called].join(', '), tone: 'none' },
      ],
    };
  }),
});
