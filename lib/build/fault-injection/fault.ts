/** What a drill asks of one step, as `metadata['fault-<step>']` of an order says it. */
export interface Fault {
  /** `error`: throw before doing it. `after`: do it, then throw. `slow`: wait until the caller has given up, then do it. */
  readonly mode: 'error' | 'after' | 'slow';
  /** How many tries of the step are hit; `Infinity` for `always`. */
  readonly tries: number;
  /** How long `slow` waits; without it, until shortly before the function's own timeout. */
  readonly waitMilliseconds?: number;
}

const syntax = /^(?<mode>error|after|slow):(?<tries>\d{1,3}|always)(?::(?<seconds>\d{1,3}))?$/;

/** Parses `error:2`, `after:always`, `slow:1` or `slow:1:6` (six seconds); anything else is no fault. */
export const parseFault = (text: string): Fault | undefined => {
  const { mode, tries, seconds } = syntax.exec(text)?.groups ?? {};
  if (mode !== 'error' && mode !== 'after' && mode !== 'slow') return undefined;
  return {
    mode,
    tries: tries === 'always' ? Number.POSITIVE_INFINITY : Number(tries),
    ...(seconds === undefined ? {} : { waitMilliseconds: Number(seconds) * 1000 }),
  };
};

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {};

/** The fault that hits this try of this saga step, if any. Events that are no saga steps are never hit. */
export const faultFor = (event: unknown): Fault | undefined => {
  const { step, execution, attempt, data } = record(event);
  if (typeof step !== 'string' || typeof execution !== 'string' || typeof attempt !== 'number') return undefined;
  // An execution started from outside repairs what the first one left behind; it must be able to succeed.
  if (/\.c\d+$/.test(execution)) return undefined;
  const asked = record(record(data)['metadata'])[`fault-${step}`];
  const fault = typeof asked === 'string' ? parseFault(asked) : undefined;
  return fault !== undefined && attempt < fault.tries ? fault : undefined;
};
