/** What a figure has to be for the drill to pass. */
export type Bound =
  | { readonly relation: '='; readonly value: number }
  | { readonly relation: '≤'; readonly value: number }
  | { readonly relation: '≥'; readonly value: number };

/** One counted number; without a bound it only informs. */
export interface Figure {
  /** Unique in the drill; protections name the figures that must break without them. */
  readonly name: string;
  readonly value: number;
  readonly unit?: string;
  readonly bound?: Bound;
  /** A few examples of what broke the bound, for whoever has to find out why. */
  readonly examples?: readonly string[];
}

/** Whether the figure is inside its bound; a figure without one always is. NaN never is. */
export const holds = ({ value, bound }: Figure): boolean => {
  switch (bound?.relation) {
    case undefined:
      return true;
    case '=':
      return value === bound.value;
    case '≤':
      return value <= bound.value;
    case '≥':
      return value >= bound.value;
  }
};

/** A count of things that must not be: bounded to 0, with the first five of them as examples. */
export const none = (name: string, found: readonly string[]): Figure => ({
  name,
  value: found.length,
  bound: { relation: '=', value: 0 },
  examples: found.slice(0, 5),
});

/** A number that has to be this one. */
export const exactly = (name: string, value: number, expected: number, unit?: string): Figure => ({
  name,
  value,
  bound: { relation: '=', value: expected },
  ...(unit === undefined ? {} : { unit }),
});

/** A number that may not be smaller. */
export const atLeast = (name: string, value: number, minimum: number, unit?: string): Figure => ({
  name,
  value,
  bound: { relation: '≥', value: minimum },
  ...(unit === undefined ? {} : { unit }),
});

/** A number that may not be greater. */
export const atMost = (name: string, value: number, maximum: number, unit?: string): Figure => ({
  name,
  value,
  bound: { relation: '≤', value: maximum },
  ...(unit === undefined ? {} : { unit }),
});

/** A number worth knowing that decides nothing. */
export const informative = (name: string, value: number, unit?: string): Figure => ({
  name,
  value,
  ...(unit === undefined ? {} : { unit }),
});
