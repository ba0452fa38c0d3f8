/** How an order may end. PARKED waits for an operator with an open case; the others are final. */
export type OrderEnd = 'CONFIRMED' | 'REJECTED' | 'CANCELLED' | 'PARKED';

/** A fault of the sandbox's payment provider or carrier for one order. */
export interface OutsideFault {
  readonly service: 'payment-provider' | 'carrier';
  readonly operation: 'charge' | 'void' | 'parcel' | 'recall';
  readonly mode: 'decline' | 'error' | 'slow' | 'timeout-after' | 'down';
  readonly times: number;
}

/** What the drill does to an order while its saga runs. */
export type Interference =
  | { readonly kind: 'cancel'; readonly afterMilliseconds: number }
  /** Stops the execution once the named state was entered. */
  | { readonly kind: 'stop'; readonly in: string };

/** One way through the saga: one order, and what goes wrong for it. */
export interface OrderPath {
  /** Unique, for example `ship: fails after doing it, always`. */
  readonly name: string;
  /** Where the fault hits, and how: the cell of the report's table. */
  readonly row: string;
  readonly column: string;
  /** `fault-<step>` entries of the order's metadata. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly outside: readonly OutsideFault[];
  readonly paymentMethod: string;
  readonly scarce: boolean;
  readonly interference?: Interference;
  /** Ends that the saga may reach before an operator steps in. */
  readonly ends: readonly OrderEnd[];
}

const tries = ['once', 'twice', 'always'] as const;
const count = { once: '1', twice: '2', always: 'always' } as const;
const often = { once: 1, twice: 2, always: 99 } as const;

/** `slow` waits longer than a step may take (4 s in the local stage), and then does it: the late effect has to be harmless. */
const injected = [
  { mode: 'error', words: 'fails before', suffix: '' },
  { mode: 'after', words: 'fails after', suffix: '' },
  { mode: 'slow', words: 'too slow', suffix: ':6' },
] as const;

const plain = { metadata: {}, outside: [], paymentMethod: 'pm_card', scarce: false } as const;

/** A step's code fails: before its effect, after its effect, or by taking longer than its saga waits. */
const stepPaths = (): OrderPath[] =>
  ['reserve', 'ship', 'confirm'].flatMap((step) =>
    injected.flatMap(({ mode, words, suffix }) =>
      tries.map((times): OrderPath => {
        // The pivot is never undone for a technical reason: what keeps failing there waits for an operator. If only its
        // answer was lost, the order is confirmed nevertheless.
        const given = step === 'confirm' ? (['PARKED', 'CONFIRMED'] as const) : (['REJECTED'] as const);
        return {
          ...plain,
          name: `${step}: ${words}, ${times}`,
          row: step,
          column: `${words}, ${times}`,
          metadata: { [`fault-${step}`]: `${mode}:${count[times]}${suffix}` },
          ends: times === 'always' ? given : ['CONFIRMED'],
        };
      }),
    ),
  );

/** A compensation's code fails, in a saga that runs all three of them because the booking failed after it was made. */
const compensationPaths = (): OrderPath[] =>
  ['recall', 'refund', 'release'].flatMap((step) =>
    injected.flatMap(({ mode, words, suffix }) =>
      tries.map(
        (times): OrderPath => ({
          ...plain,
          name: `${step}: ${words}, ${times}`,
          row: step,
          column: `${words}, ${times}`,
          metadata: { 'fault-ship': 'after:always', [`fault-${step}`]: `${mode}:${count[times]}${suffix}` },
          ends: times === 'always' ? ['PARKED'] : ['REJECTED'],
        }),
      ),
    ),
  );

const outsideWords = { error: 'fails before', 'timeout-after': 'fails after', slow: 'too slow' } as const;

/** The provider or the carrier fails, seen from the function that calls it. */
const outsidePaths = (): OrderPath[] => {
  const services = [
    { row: 'charge (provider)', service: 'payment-provider', operation: 'charge' },
    { row: 'ship (carrier)', service: 'carrier', operation: 'parcel' },
  ] as const;
  const compensations = [
    { row: 'refund (provider)', service: 'payment-provider', operation: 'void' },
    { row: 'recall (carrier)', service: 'carrier', operation: 'recall' },
  ] as const;
  const modes = ['error', 'timeout-after', 'slow'] as const;
  return [
    ...services.flatMap(({ row, service, operation }) =>
      modes.flatMap((mode) =>
        tries.map(
          (times): OrderPath => ({
            ...plain,
            name: `${row}: ${outsideWords[mode]}, ${times}`,
            row,
            column: `${outsideWords[mode]}, ${times}`,
            outside: [{ service, operation, mode, times: often[times] }],
            // A slow answer may still come in time, and a lost one is found again by its key: only what never answers is undone.
            ends: times === 'always' ? ['REJECTED', 'CONFIRMED'] : ['CONFIRMED'],
          }),
        ),
      ),
    ),
    ...compensations.flatMap(({ row, service, operation }) =>
      modes.flatMap((mode) =>
        tries.map(
          (times): OrderPath => ({
            ...plain,
            name: `${row}: ${outsideWords[mode]}, ${times}`,
            row,
            column: `${outsideWords[mode]}, ${times}`,
            metadata: { 'fault-ship': 'after:always' },
            outside: [{ service, operation, mode, times: often[times] }],
            ends: times === 'always' ? ['PARKED', 'REJECTED'] : ['REJECTED'],
          }),
        ),
      ),
    ),
  ];
};

/** A business "no", an operator's or a machine's hand in the middle, and a client who changes their mind. */
const otherPaths = (): OrderPath[] => {
  const other = (row: string, column: string, more: Partial<OrderPath> & Pick<OrderPath, 'ends'>): OrderPath => ({
    ...plain,
    name: `${row}: ${column}`,
    row,
    column,
    ...more,
  });
  // Long enough for what follows to overtake the step: then the step itself comes late, and has to find that it is not wanted.
  const held = (step: string): Record<string, string> => ({ [`fault-${step}`]: 'slow:1:8' });
  return [
    other('no fault', 'first', { ends: ['CONFIRMED'] }),
    other('no fault', 'second', { ends: ['CONFIRMED'] }),
    other('charge', 'refused', { paymentMethod: 'pm_declined', ends: ['REJECTED'] }),
    other('ship (carrier)', 'refused', {
      outside: [{ service: 'carrier', operation: 'parcel', mode: 'decline', times: 1 }],
      ends: ['REJECTED'],
    }),
    ...[1, 2, 3, 4, 5, 6].map((buyer) =>
      other('reserve', `scarce, buyer ${buyer}`, { scarce: true, ends: ['CONFIRMED', 'REJECTED'] }),
    ),
    ...['reserve', 'ship', 'confirm', 'reserve, again'].map((where) => {
      const [step = where] = where.split(',');
      return other('execution', `stopped in ${where}`, {
        metadata: held(step),
        interference: { kind: 'stop', in: step },
        // A stopped confirmation may have been made already; then there is nothing to undo.
        ends: step === 'confirm' ? ['REJECTED', 'CONFIRMED'] : ['REJECTED'],
      });
    }),
    ...[0, 150, 400, 800, 1500, 2500].map((afterMilliseconds) =>
      other('cancel', `after ${afterMilliseconds} ms`, {
        interference: { kind: 'cancel', afterMilliseconds },
        ends: ['CONFIRMED', 'CANCELLED'],
      }),
    ),
    ...['reserve', 'ship', 'confirm'].map((step) =>
      other('cancel', `during ${step}`, {
        metadata: held(step),
        interference: { kind: 'cancel', afterMilliseconds: 1500 },
        ends: step === 'confirm' ? ['CANCELLED', 'CONFIRMED'] : ['CANCELLED'],
      }),
    ),
  ];
};

/** Every path of a full run. */
export const orderPaths = (): OrderPath[] => [
  ...stepPaths(),
  ...compensationPaths(),
  ...outsidePaths(),
  ...otherPaths(),
];
