import { type Figure, holds } from './figure';
import type { DrillRecord } from './record';
import { drawPlot, escapeMarkup } from './svg-plot';
import { describeVerdict, isGood } from './verdict';

const STYLE = `
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#59636e;--line:#d1d9e0;--page:#fff;--card:#f6f8fa;--good:#1a7f37;--bad:#cf222e;--warn:#9a6700;--s0:#0969da;--s1:#bc4c00;--s2:#8250df;--s3:#1a7f37;--s4:#bf3989;--s5:#57606a}
@media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9198a1;--line:#3d444d;--page:#0d1117;--card:#151b23;--good:#3fb950;--bad:#f85149;--warn:#d29922;--s0:#4493f8;--s1:#f0883e;--s2:#ab7df8;--s3:#3fb950;--s4:#db61a2;--s5:#9198a1}}
*{box-sizing:border-box}body{margin:0 auto;max-width:60rem;padding:2rem 1rem 4rem;font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--page)}
h1{font-size:1.7rem;margin:0 0 .25rem}h2{margin:0 0 .25rem;font-size:1.25rem}h3{font-size:1rem;margin:1.5rem 0 .5rem}
a{color:var(--s0)}.soft{color:var(--soft)}section{border:1px solid var(--line);border-radius:8px;padding:1.25rem;margin-top:1.5rem}
table{border-collapse:collapse;width:100%;font-size:.9rem}th,td{text-align:left;padding:.35rem .6rem;border-bottom:1px solid var(--line);vertical-align:top}thead th{color:var(--soft);font-weight:600}
td.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}.wide{overflow-x:auto}
.verdict{font-weight:600}.ok{color:var(--good)}.no{color:var(--bad)}code{font:.85em ui-monospace,monospace;background:var(--card);padding:.1em .3em;border-radius:4px}
svg{width:100%;height:auto;display:block}.grid{stroke:var(--line);stroke-width:1}.tick,.label{font-size:11px;fill:var(--soft)}.line{fill:none;stroke-width:2}.mark{stroke:var(--bad);stroke-width:1;opacity:.35}.bar{fill:var(--s0)}
.line.s0{stroke:var(--s0)}.line.s1{stroke:var(--s1)}.line.s2{stroke:var(--s2)}.line.s3{stroke:var(--s3)}.line.s4{stroke:var(--s4)}.line.s5{stroke:var(--s5)}
.legend{margin:.25rem 0;font-size:.85rem}.key{margin-right:1.2rem}.key::before{content:'';display:inline-block;width:.9em;height:.25em;margin-right:.4em;vertical-align:middle;background:var(--s0)}.key.s1::before{background:var(--s1)}.key.s2::before{background:var(--s2)}.key.s3::before{background:var(--s3)}.key.s4::before{background:var(--s4)}.key.s5::before{background:var(--s5)}.key.mark{opacity:1}.key.mark::before{background:var(--bad);opacity:.5}
.outcomes td{text-align:center;border:1px solid var(--line);font-size:.8rem}.outcomes th{font-size:.8rem;white-space:nowrap}.outcomes .good{color:var(--good)}.outcomes .warning{color:var(--warn)}.outcomes .bad{color:var(--page);background:var(--bad)}.outcomes .none{color:var(--line)}
`.replaceAll('\n', '');

const number = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 3 });

const anchor = ({ drill, sabotage }: DrillRecord): string =>
  escapeMarkup(sabotage ? `${drill}-without-${sabotage.name}` : drill);

const title = ({ drill, sabotage }: DrillRecord): string =>
  escapeMarkup(sabotage ? `${drill}, without ${sabotage.name}` : drill);

const figureRow = (figure: Figure): string => {
  const { name, value, unit, bound, examples = [] } = figure;
  const good = holds(figure);
  const mark = bound ? `<span class="${good ? 'ok' : 'no'}">${good ? '✔' : '✘'}</span>` : '';
  const shown = examples.map((example) => `<code>${escapeMarkup(example)}</code>`).join(' ');
  const hint = shown === '' ? '' : `<br><span class="soft">for example ${shown}</span>`;
  return (
    `<tr><td>${mark}</td><td>${escapeMarkup(name)}${hint}</td><td class="number">${number(value)} ${escapeMarkup(unit ?? '')}</td>` +
    `<td class="number">${bound ? `${bound.relation} ${number(bound.value)}` : ''}</td></tr>`
  );
};

const section = (record: DrillRecord): string => {
  const faults = record.faults.map(
    ({ name, happened, atLeast }) =>
      `<tr><td><span class="${happened >= atLeast ? 'ok' : 'no'}">${happened >= atLeast ? '✔' : '✘'}</span></td><td>${escapeMarkup(name)}</td>` +
      `<td class="number">${number(happened)}</td><td class="number">≥ ${number(atLeast)}</td></tr>`,
  );
  const good = isGood(record.verdict);
  const again = `npm run drill -- ${record.drill} --seed ${record.seed}${record.sabotage ? ` --sabotage ${record.sabotage.name}` : ''}`;
  const off = record.sabotage ? `<p>Switched off: ${escapeMarkup(record.sabotage.withoutIt)}</p>` : '';
  const plots = record.plots.map((plot) => `<h3>${escapeMarkup(plot.title)}</h3>${drawPlot(plot)}`);
  const notes = record.notes.map((note) => `<li>${escapeMarkup(note)}</li>`);
  return (
    `<section id="${anchor(record)}"><h2>${title(record)}</h2><p class="soft">${escapeMarkup(record.claim)}</p>${off}` +
    `<p class="verdict ${good ? 'ok' : 'no'}">${escapeMarkup(describeVerdict(record.verdict))}</p>` +
    `<p class="soft">${escapeMarkup(record.startedAt)} · ${number(Math.round(record.durationSeconds))} s · target ${escapeMarkup(record.target)}, ${escapeMarkup(record.region)} · again: <code>${escapeMarkup(again)}</code></p>` +
    `<h3>Injected</h3><table><thead><tr><th></th><th>fault</th><th>happened</th><th>needed</th></tr></thead><tbody>${faults.join('')}</tbody></table>` +
    `<h3>Counted</h3><table><thead><tr><th></th><th>figure</th><th>value</th><th>bound</th></tr></thead><tbody>${record.figures.map(figureRow).join('')}</tbody></table>` +
    `${plots.join('')}${notes.length === 0 ? '' : `<h3>Notes</h3><ul>${notes.join('')}</ul>`}</section>`
  );
};

/** One page for the last run of every drill and every sabotage; it loads nothing and runs no script. */
export const htmlReport = (records: readonly DrillRecord[]): string => {
  const ordered = [...records].sort(
    (one, other) =>
      Number(Boolean(one.sabotage)) - Number(Boolean(other.sabotage)) || title(one).localeCompare(title(other)),
  );
  const rows = ordered.map((record) => {
    const good = isGood(record.verdict);
    const faults = record.faults.reduce((sum, { happened }) => sum + happened, 0);
    return (
      `<tr><td><span class="${good ? 'ok' : 'no'}">${good ? '✔' : '✘'}</span></td><td><a href="#${anchor(record)}">${title(record)}</a></td>` +
      `<td>${record.verdict.kind}</td><td class="number">${number(faults)}</td><td class="number">${number(Math.round(record.durationSeconds))} s</td><td>${escapeMarkup(record.startedAt.slice(0, 16).replace('T', ' '))}</td></tr>`
    );
  });
  return (
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>Tenfold drills</title><style>${STYLE}</style></head><body>` +
    `<h1>Tenfold drills</h1><p class="soft">Each drill injects the fault that a part of the system claims to survive, and counts the effects from the stores. A run without a protection is good when the drill notices.</p>` +
    `<table><thead><tr><th></th><th>run</th><th>verdict</th><th>faults</th><th>time</th><th>started</th></tr></thead><tbody>${rows.join('')}</tbody></table>${ordered.map(section).join('')}</body></html>\n`
  );
};
