import type { BarPlot, GridPlot, LinePlot, Plot } from './plot';

const WIDTH = 720;
const MARGIN = { left: 56, right: 16, top: 12, bottom: 40 };

/** Makes any text safe inside HTML and SVG, attribute values included. */
export const escapeMarkup = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const short = (value: number): string =>
  Math.abs(value) >= 1000
    ? value.toLocaleString('en-US', { maximumFractionDigits: 0 })
    : String(Number(value.toPrecision(3)));

/** Round numbers from 0 to at least `most`: steps of 1, 2 or 5 times a power of ten. */
export const axisTicks = (most: number): number[] => {
  if (!(most > 0) || !Number.isFinite(most)) return [0, 1];
  const rough = most / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
  const count = Math.ceil(most / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(12)));
};

const lines = (plot: LinePlot): string => {
  const height = 260;
  const points = plot.series.flatMap((series) => series.points);
  const xTicks = axisTicks(Math.max(0, ...points.map(([x]) => x), ...(plot.marks?.at ?? [])));
  const yTicks = axisTicks(Math.max(0, ...points.map(([, y]) => y)));
  const xMost = xTicks.at(-1) ?? 1;
  const yMost = yTicks.at(-1) ?? 1;
  const x = (value: number): string =>
    (MARGIN.left + (value / xMost) * (WIDTH - MARGIN.left - MARGIN.right)).toFixed(1);
  const y = (value: number): string =>
    (height - MARGIN.bottom - (value / yMost) * (height - MARGIN.top - MARGIN.bottom)).toFixed(1);
  const grid = [
    ...yTicks.map(
      (tick) =>
        `<line class="grid" x1="${x(0)}" x2="${x(xMost)}" y1="${y(tick)}" y2="${y(tick)}"/>` +
        `<text class="tick" text-anchor="end" x="${MARGIN.left - 6}" y="${Number(y(tick)) + 4}">${short(tick)}</text>`,
    ),
    ...xTicks.map(
      (tick) =>
        `<text class="tick" text-anchor="middle" x="${x(tick)}" y="${height - MARGIN.bottom + 16}">${short(tick)}</text>`,
    ),
  ];
  const marks = (plot.marks?.at ?? []).map(
    (at) => `<line class="mark" x1="${x(at)}" x2="${x(at)}" y1="${y(yMost)}" y2="${y(0)}"/>`,
  );
  const drawn = plot.series.map(
    (series, index) =>
      `<polyline class="line s${index % 6}" points="${series.points.map(([px, py]) => `${x(px)},${y(py)}`).join(' ')}"/>`,
  );
  const legend = [
    ...plot.series.map((series, index) => `<span class="key s${index % 6}">${escapeMarkup(series.name)}</span>`),
    ...(plot.marks ? [`<span class="key mark">${escapeMarkup(plot.marks.name)}</span>`] : []),
  ];
  return (
    `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escapeMarkup(plot.title)}">${grid.join('')}${marks.join('')}${drawn.join('')}` +
    `<text class="label" text-anchor="middle" x="${WIDTH / 2}" y="${height - 6}">${escapeMarkup(plot.xLabel)}</text>` +
    `<text class="label" x="4" y="${MARGIN.top}">${escapeMarkup(plot.yLabel)}</text></svg><p class="legend">${legend.join('')}</p>`
  );
};

const bars = (plot: BarPlot): string => {
  const rowHeight = 22;
  const labelWidth = 260;
  const height = plot.bars.length * rowHeight + 8;
  const most = Math.max(...plot.bars.map(({ value }) => value), Number.MIN_VALUE);
  const rows = plot.bars.map(({ label, value }, index) => {
    const top = index * rowHeight + 4;
    const width = Math.max(0, (value / most) * (WIDTH - labelWidth - 90));
    return (
      `<text class="tick" text-anchor="end" x="${labelWidth - 8}" y="${top + 13}">${escapeMarkup(label)}</text>` +
      `<rect class="bar" x="${labelWidth}" y="${top + 2}" width="${width.toFixed(1)}" height="${rowHeight - 8}" rx="2"/>` +
      `<text class="tick" x="${(labelWidth + width + 6).toFixed(1)}" y="${top + 13}">${short(value)} ${escapeMarkup(plot.unit)}</text>`
    );
  });
  return `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escapeMarkup(plot.title)}">${rows.join('')}</svg>`;
};

const grid = (plot: GridPlot): string => {
  const head = plot.columns.map((column) => `<th scope="col">${escapeMarkup(column)}</th>`).join('');
  const rows = plot.rows.map(({ label, cells }) => {
    const drawn = cells.map(
      ({ text, tone, hint }) =>
        `<td class="${tone}"${hint === undefined ? '' : ` title="${escapeMarkup(hint)}"`}>${escapeMarkup(text)}</td>`,
    );
    return `<tr><th scope="row">${escapeMarkup(label)}</th>${drawn.join('')}</tr>`;
  });
  return `<div class="wide"><table class="outcomes"><thead><tr><th></th>${head}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
};

/** Draws a plot as markup that needs nothing but the report's own style sheet. */
export const drawPlot = (plot: Plot): string => {
  switch (plot.kind) {
    case 'lines':
      return lines(plot);
    case 'bars':
      return bars(plot);
    case 'grid':
      return grid(plot);
  }
};
