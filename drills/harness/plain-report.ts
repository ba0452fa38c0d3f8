import { type Figure, holds } from './figure';
import type { DrillRecord } from './record';
import { describeVerdict, isGood } from './verdict';

const number = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 2 });

const line = (good: boolean | undefined, name: string, value: string, bound: string): string =>
  `  ${good === undefined ? '·' : good ? '✔' : '✘'} ${name.padEnd(64)} ${value.padStart(14)}  ${bound}`.trimEnd();

const figureLine = (figure: Figure): string => {
  const { name, value, unit, bound } = figure;
  const shown = `${number(value)}${unit === undefined ? '' : ` ${unit}`}`;
  const good = bound ? holds(figure) : undefined;
  const examples = good === false && figure.examples?.length ? `\n      for example ${figure.examples.join(', ')}` : '';
  return line(good, name, shown, bound ? `${bound.relation} ${number(bound.value)}` : '') + examples;
};

/** What a run injected and counted, and its verdict, for a terminal. */
export const plainReport = (record: DrillRecord): string => {
  const { drill, sabotage, faults, figures, verdict, durationSeconds } = record;
  const name = sabotage ? `${drill} without ${sabotage.name}` : drill;
  return [
    'injected',
    ...faults.map((fault) =>
      line(fault.happened >= fault.atLeast, fault.name, number(fault.happened), `≥ ${number(fault.atLeast)}`),
    ),
    'counted',
    ...figures.map(figureLine),
    ...record.notes.map((note) => `  ${note}`),
    `${isGood(verdict) ? '✔' : '✘'} ${name}: ${describeVerdict(verdict)} (${number(Math.round(durationSeconds))} s, seed ${record.seed}${record.size === 'reduced' && !sabotage ? ', reduced' : ''})`,
  ].join('\n');
};
