/** A line or stepped line over time or another number. */
export interface LinePlot {
  readonly kind: 'lines';
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly series: readonly { readonly name: string; readonly points: readonly (readonly [number, number])[] }[];
  /** Vertical marks on the x axis, for example the moments of a fault. */
  readonly marks?: { readonly name: string; readonly at: readonly number[] };
}

/** Horizontal bars. */
export interface BarPlot {
  readonly kind: 'bars';
  readonly title: string;
  readonly unit: string;
  readonly bars: readonly { readonly label: string; readonly value: number }[];
}

/** How a cell of a grid is coloured. */
export type Tone = 'good' | 'neutral' | 'warning' | 'bad' | 'none';

/** A table of outcomes: what was done, against what it was done to. */
export interface GridPlot {
  readonly kind: 'grid';
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly {
    readonly label: string;
    readonly cells: readonly { readonly text: string; readonly tone: Tone; readonly hint?: string }[];
  }[];
}

/** What a drill wants drawn in the report; plain data, so that it can be kept as JSON. */
export type Plot = LinePlot | BarPlot | GridPlot;
