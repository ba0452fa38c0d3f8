import type { WorkflowDefinition, WorkflowState } from '../../constructs/workflow-definition';

type States = Readonly<Record<string, WorkflowState>>;

/** What the workflows of a region call; ARNs of aliases. */
export interface WorkflowFunctions {
  readonly fence: string;
  readonly quiet: string;
  readonly settled: string;
  readonly arrival: string;
  readonly unfence: string;
  readonly compare: string;
  readonly adoptOrders: string;
  readonly undoFailedOrders: string;
  /** The relay of each context, by context. */
  readonly relays: { readonly [context: string]: string };
  /** Puts the stock of the returning region right. */
  readonly reconcile: string;
}

/** Where the workflows run, and how long a lease lasts. */
export interface WorkflowTerms {
  readonly partition: string;
  readonly leaseSeconds: number;
}

const jsonata = (expression: string) => `{% ${expression} %}`;
const text = (value: string) => JSON.stringify(value);

/** What does not get better by trying again: somebody has to decide anew. */
const refusals = [
  'UnknownRegionError',
  'UnknownContextError',
  'LastHealthyRegionError',
  'NotTheSuccessorError',
  'OutdatedEpochError',
  'RegionNotEvacuatedError',
];

/** A lease of the successor's own that has run out: its keeper is called each minute. */
const ownLease = { ErrorEquals: ['RegionFencedError'], MaxAttempts: 5, IntervalSeconds: 60, BackoffRate: 1 };

const retries = [
  { ErrorEquals: refusals, MaxAttempts: 0 },
  { ...ownLease, JitterStrategy: 'FULL' },
  {
    ErrorEquals: ['States.ALL'],
    MaxAttempts: 6,
    IntervalSeconds: 2,
    BackoffRate: 2,
    MaxDelaySeconds: 60,
    JitterStrategy: 'FULL',
  },
];

/** Longer than any of the functions may run. */
const taskTimeoutSeconds = 150;
/** Standing still for this long, somebody has to look. */
const workflowTimeoutSeconds = 6 * 60 * 60;
const lookSeconds = 5;
/** Keepers are called each minute: five are enough for one that is there. */
const keeperPatienceSeconds = 5 * 60;
/** Long enough for what is under way. An order waits longer while a provider is down: then the return is started again. */
const settlingPatienceSeconds = 20 * 60;
/** Replication brings most of what was written before the end of a lease soon after it, or before. */
const settleSeconds = 5;
/** Replication that is behind is looked at again after this time, so often at most: ten minutes, and what the passes take. */
const [passSeconds, maximumPasses] = [10, 60];

const call = ({ partition }: WorkflowTerms, functionName: string, payload: unknown) => ({
  Type: 'Task' as const,
  Resource: `arn:${partition}:states:::lambda:invoke`,
  Arguments: { FunctionName: functionName, Payload: payload },
  TimeoutSeconds: taskTimeoutSeconds,
  Retry: retries,
});

/** Calls a function until it answers without a cursor, and adds up what it counts. */
interface Loop {
  readonly name: string;
  readonly function: string;
  /** An expression of what the function is called with; the cursor is `$states.input.cursor`. */
  readonly payload: string;
  readonly counts: readonly string[];
  /** Fields of the state's input that its output has, too. */
  readonly keeps?: readonly string[];
  /** Lists that the output has from the latest answer that has any. */
  readonly latest?: readonly string[];
  /** Where it goes on, or `end`. */
  readonly next: string;
  /** Of an expression's value each, once the loop is over. */
  readonly assign?: { readonly [variable: string]: string };
}

const loop = (terms: WorkflowTerms, { name, counts, keeps = [], latest = [], next, assign, ...loop }: Loop): States => {
  const fields = [
    ...keeps.map((field) => `${text(field)}: $states.input.${field}`),
    ...counts.map((field) => `${text(field)}: $states.input.${field} + $states.result.Payload.${field}`),
    // JSONata takes a list of one for its element; in brackets it stays a list.
    ...latest.map((field) => {
      const [answered, known] = [`$states.result.Payload.${field}`, `$states.input.${field}`];
      return `${text(field)}: $count(${answered}) > 0 ? [${answered}] : [${known}]`;
    }),
    // Without a value, the field is left out of the object.
    '"cursor": $states.result.Payload.cursor',
  ];
  const ended = `${name} ended`;
  const after = next === 'end' ? { End: true } : { Next: next };
  const assigned = Object.fromEntries(Object.entries(assign ?? {}).map(([key, value]) => [key, jsonata(value)]));
  return {
    [name]: {
      ...call(terms, loop.function, jsonata(loop.payload)),
      Output: jsonata(`{${fields.join(', ')}}`),
      Next: `${name} goes on`,
    },
    [`${name} goes on`]: {
      Type: 'Choice',
      Choices: [{ Condition: jsonata('$exists($states.input.cursor)'), Next: name }],
      Default: ended,
    },
    [ended]: { Type: 'Pass', ...(assign && { Assign: assigned }), ...after },
  };
};

const zeros = (counts: readonly string[]) => Object.fromEntries(counts.map((count) => [count, 0]));

/** Asks again and again whether the region is quiet, and fails after `patience` (an expression, in seconds). */
const awaitQuiet = (
  terms: WorkflowTerms,
  {
    functionArn,
    payload,
    patience,
    next,
  }: {
    readonly functionArn: string;
    readonly payload: object;
    readonly patience: string;
    readonly next: string;
  },
): States => ({
  'is it quiet': {
    ...call(terms, functionArn, payload),
    Assign: { since: jsonata('$states.result.Payload.since') },
    Output: {
      looks: jsonata('$states.input.looks + 1'),
      answer: jsonata('$states.result.Payload.answer'),
      why: jsonata('$states.result.Payload.why'),
    },
    Next: 'it is quiet',
  },
  'it is quiet': {
    Type: 'Choice',
    Choices: [
      { Condition: jsonata('$states.input.answer = "quiet"'), Next: 'settle' },
      { Condition: jsonata(`$states.input.looks * ${lookSeconds} >= ${patience}`), Next: 'not quiet' },
    ],
    Default: 'look again',
  },
  'look again': { Type: 'Wait', Seconds: lookSeconds, Next: 'is it quiet' },
  'not quiet': {
    Type: 'Fail',
    Error: 'RegionNotQuietError',
    Cause: jsonata('$region & " stays fenced: " & $states.input.why'),
  },
  settle: { Type: 'Wait', Seconds: settleSeconds, Next: next },
});

/**
 * Asks again and again whether what was taken over has come to its end here, and fails after a while.
 * @param name tells the states of one wait from those of another: `settled` or `still settled`
 */
const awaitSettled = (terms: WorkflowTerms, functionArn: string, name: string, next: string): States => ({
  [`wait until ${name}`]: { Type: 'Pass', Output: { looks: 0 }, Next: `is it ${name}` },
  [`is it ${name}`]: {
    // Without a value, the field is left out of the object.
    ...call(terms, functionArn, jsonata('{"region": $region, "progress": $states.input.progress}')),
    Output: {
      looks: jsonata('$states.input.looks + 1'),
      answer: jsonata('$states.result.Payload.answer'),
      why: jsonata('$states.result.Payload.why'),
      progress: jsonata('$states.result.Payload.progress'),
    },
    Next: `it is ${name}`,
  },
  [`it is ${name}`]: {
    Type: 'Choice',
    Choices: [
      { Condition: jsonata('$states.input.answer = "settled"'), Next: next },
      { Condition: jsonata(`$states.input.looks * ${lookSeconds} >= ${settlingPatienceSeconds}`), Next: `not ${name}` },
    ],
    Default: `not yet ${name}`,
  },
  [`not yet ${name}`]: { Type: 'Wait', Seconds: lookSeconds, Next: `is it ${name}` },
  [`not ${name}`]: {
    Type: 'Fail',
    Error: 'RegionNotSettledError',
    Cause: jsonata('$region & " stays fenced: " & $states.input.why'),
  },
});

/** Goes through all contexts, again and again until there is nothing open in a whole pass, and fails after a while. */
interface Passes {
  /** Of the state; each use of it has its own. */
  readonly name: string;
  readonly function: string;
  /** An expression of what the function is called with, for a context. */
  readonly payload: string;
  /** What the function counts, over all passes. */
  readonly counts: readonly string[];
  /** Of these, what has to be zero in a pass. */
  readonly open: string;
  /** An expression of what was counted before. @default nothing was */
  readonly from?: string;
  /** The variable that has the results by context. @default none */
  readonly assign?: string;
  readonly failure: { readonly error: string; readonly what: string };
  readonly next: string;
}

const passes = (
  terms: WorkflowTerms,
  contexts: readonly string[],
  { name, function: called, payload, counts, open, from, assign, failure, next }: Passes,
): States => ({
  [`begin to ${name}`]: {
    Type: 'Pass',
    Output: {
      passes: 0,
      items: from === undefined ? contexts.map((context) => ({ context, ...zeros(counts), keys: [] })) : jsonata(from),
    },
    Next: name,
  },
  [name]: {
    Type: 'Map',
    Items: jsonata('[$states.input.items]'),
    ItemProcessor: {
      ProcessorConfig: { Mode: 'INLINE' },
      StartAt: `${name} of a context`,
      States: loop(terms, {
        name: `${name} of a context`,
        function: called,
        payload,
        ...{ counts, keeps: ['context'], latest: ['keys'], next: 'end' },
      }),
    },
    ...(assign !== undefined && { Assign: { [assign]: jsonata('[$states.result]') } }),
    Output: {
      passes: jsonata('$states.input.passes + 1'),
      open: jsonata(`$sum($states.result.${open}) - $sum($states.input.items.${open})`),
      items: jsonata('[$states.result]'),
    },
    Next: `${name} ended`,
  },
  [`${name} ended`]: {
    Type: 'Choice',
    Choices: [
      { Condition: jsonata('$states.input.open = 0'), Next: next },
      { Condition: jsonata(`$states.input.passes >= ${maximumPasses}`), Next: `${name} for too long` },
    ],
    Default: `${name} later`,
  },
  [`${name} later`]: { Type: 'Wait', Seconds: passSeconds, Next: name },
  [`${name} for too long`]: {
    Type: 'Fail',
    Error: failure.error,
    Cause: jsonata(
      `$region & " stays fenced: " & $states.input.open & ${text(` ${failure.what}, such as `)} & $join($states.input.items.keys[[0..4]], ", ")`,
    ),
  },
});

/** Waits until what the region wrote last is here, by its own replica: what comes later than the take-over would be taken over by nobody. */
const awaitArrival = (terms: WorkflowTerms, { relays, arrival }: WorkflowFunctions, next: string): States =>
  passes(terms, Object.keys(relays), {
    name: 'await arrival',
    function: arrival,
    payload: '{"region": $region, "context": $states.input.context, "since": $since, "cursor": $states.input.cursor}',
    counts: ['looked', 'missing'],
    ...{ open: 'missing', next },
    failure: { error: 'WritesUnderWayError', what: 'of its last writes have not come here' },
  });

/** Waits until the region's replica shows what this one has: it will go on from there. */
const compareReplicas = (
  terms: WorkflowTerms,
  { relays, compare }: WorkflowFunctions,
  options: Pick<Passes, 'name' | 'from' | 'next'>,
): States =>
  passes(terms, Object.keys(relays), {
    ...options,
    function: compare,
    payload: '{"region": $region, "context": $states.input.context, "cursor": $states.input.cursor}',
    counts: ['looked', 'divergent', 'repaired'],
    ...{ open: 'divergent', assign: 'replicas' },
    failure: { error: 'ReplicasDivergentError', what: 'items differ in its replica' },
  });

const rowCounts = ['looked', 'published', 'parked', 'skipped'];
const orderCounts = ['looked', 'adopted', 'started'];
const undoneCounts = ['looked', 'undone'];

/**
 * Takes over what the region has left: first the rows, then the orders. Not side by side: an adopted entity's next event would be published
 * before those that the region has left of it.
 */
const takeOver = (terms: WorkflowTerms, { relays, adoptOrders }: WorkflowFunctions, next: string): States => ({
  'take over rows': {
    Type: 'Map',
    Items: Object.entries(relays).map(([context, relay]) => ({ context, relay, ...zeros(rowCounts) })),
    ItemProcessor: {
      ProcessorConfig: { Mode: 'INLINE' },
      StartAt: 'take over',
      States: loop(terms, {
        name: 'take over',
        function: jsonata('$states.input.relay'),
        payload: '{"takeOver": {"region": $region, "since": $since, "cursor": $states.input.cursor}}',
        counts: rowCounts,
        keeps: ['context', 'relay'],
        next: 'end',
      }),
    },
    Assign: { rows: jsonata('$states.result') },
    Output: zeros(orderCounts),
    Next: 'adopt orders',
  },
  ...loop(terms, {
    name: 'adopt orders',
    function: adoptOrders,
    payload: '{"region": $region, "cursor": $states.input.cursor}',
    counts: orderCounts,
    assign: { orders: '$states.input' },
    next,
  }),
});

/** Undoes what the region did for orders that have failed here, or there. */
const undoFailed = (
  terms: WorkflowTerms,
  { undoFailedOrders }: WorkflowFunctions,
  { wait, next }: { readonly wait: boolean; readonly next: string },
): States => ({
  'look for failed orders': { Type: 'Pass', Output: zeros(undoneCounts), Next: 'undo failed orders' },
  ...loop(terms, {
    name: 'undo failed orders',
    function: undoFailedOrders,
    payload: `{"region": $region, "since": $since, "wait": ${wait}, "cursor": $states.input.cursor}`,
    counts: undoneCounts,
    assign: { undone: '$states.input' },
    next,
  }),
});

const results = (outcome: string, more: readonly string[] = []) => ({
  Type: 'Pass' as const,
  Output: jsonata(
    `{${[
      `"outcome": ${text(outcome)}`,
      '"region": $region',
      `"rows": [$rows.{"context": context, ${rowCounts.map((count) => `${text(count)}: ${count}`).join(', ')}}]`,
      '"orders": $orders',
      ...more,
    ].join(', ')}}`,
  ),
  End: true,
});

/**
 * Evacuates a region to the one the workflow runs in: fence, wait until it is quiet and what it wrote is here, take over its outbox rows and
 * its orders. One whose loss is declared is not asked for what it wrote: it may not answer.
 * Input: what `fence-region` is called with. May be started again at any time; a region that does not become quiet stays fenced.
 */
export const evacuationDefinition = (functions: WorkflowFunctions, terms: WorkflowTerms): WorkflowDefinition => ({
  Comment: 'Evacuates a region to this one',
  QueryLanguage: 'JSONata',
  TimeoutSeconds: workflowTimeoutSeconds,
  StartAt: 'fence',
  States: {
    fence: {
      ...call(terms, functions.fence, jsonata('$states.input')),
      Assign: { region: jsonata('$states.input.region'), lossDeclared: jsonata('$states.input.lossDeclared') },
      Output: { looks: 0 },
      Next: 'is it quiet',
    },
    ...awaitQuiet(terms, {
      functionArn: functions.quiet,
      payload: { region: jsonata('$region') },
      patience: `($lossDeclared ? ${terms.leaseSeconds + 60} : ${keeperPatienceSeconds})`,
      next: 'does it answer',
    }),
    'does it answer': {
      Type: 'Choice',
      Choices: [{ Condition: jsonata('$lossDeclared'), Next: 'take over rows' }],
      Default: 'begin to await arrival',
    },
    ...awaitArrival(terms, functions, 'take over rows'),
    ...takeOver(terms, functions, 'look for failed orders'),
    ...undoFailed(terms, functions, { wait: false, next: 'evacuated' }),
    evacuated: results('evacuated', ['"undone": $undone']),
  },
});

/**
 * Lets an evacuated region back in, from its successor: its keeper must answer; what it wrote last has to be here, and is taken over; what was
 * taken over has to come to its end; the region's replica has to show it, and what has parted is repaired; its stock is put right; then the
 * fence is lifted. Meanwhile an operator may have redriven one of its orders: whether all is settled, and whether the region's replica shows it,
 * is asked once more. Input: `{region}`. May be started again at any time; a return that fails leaves the region fenced.
 */
export const returnDefinition = (functions: WorkflowFunctions, terms: WorkflowTerms): WorkflowDefinition => {
  const reconciled = ['looked', 'returned'];
  return {
    Comment: 'Lets a region back in that was evacuated to this one',
    QueryLanguage: 'JSONata',
    TimeoutSeconds: workflowTimeoutSeconds,
    StartAt: 'begin',
    States: {
      begin: {
        Type: 'Pass',
        Assign: { region: jsonata('$states.input.region') },
        Output: { looks: 0 },
        Next: 'is it quiet',
      },
      ...awaitQuiet(terms, {
        functionArn: functions.quiet,
        payload: { region: jsonata('$region'), heardSince: jsonata('$states.context.Execution.StartTime') },
        patience: String(keeperPatienceSeconds),
        next: 'begin to await arrival',
      }),
      ...awaitArrival(terms, functions, 'take over rows'),
      ...takeOver(terms, functions, 'are rows parked'),
      'are rows parked': {
        Type: 'Choice',
        Choices: [{ Condition: jsonata('$sum($rows.parked) > 0'), Next: 'rows are parked' }],
        Default: 'wait until settled',
      },
      // A case of this region publishes to this region's consumers, which take nothing of the region's entities after the fence.
      'rows are parked': {
        Type: 'Fail',
        Error: 'RowsParkedError',
        Cause: jsonata('$region & " stays fenced: " & $sum($rows.parked) & " of its rows are parked here"'),
      },
      ...awaitSettled(terms, functions.settled, 'settled', 'begin to compare replicas'),
      ...compareReplicas(terms, functions, { name: 'compare replicas', next: 'begin to reconcile stock' }),
      'begin to reconcile stock': { Type: 'Pass', Output: zeros(reconciled), Next: 'reconcile stock' },
      ...loop(terms, {
        name: 'reconcile stock',
        function: functions.reconcile,
        payload: '{"region": $region, "since": $since, "cursor": $states.input.cursor}',
        counts: reconciled,
        assign: { stock: '$states.input' },
        next: 'look for failed orders',
      }),
      // While the fence is up, what the region has of them may still be adopted.
      ...undoFailed(terms, functions, { wait: true, next: 'wait until still settled' }),
      ...awaitSettled(terms, functions.settled, 'still settled', 'begin to compare replicas again'),
      ...compareReplicas(terms, functions, { name: 'compare replicas again', from: '$replicas', next: 'unfence' }),
      unfence: {
        ...call(terms, functions.unfence, { region: jsonata('$region') }),
        Assign: { unfencedAt: jsonata('$states.result.Payload.unfencedAt') },
        Next: 'returned',
      },
      returned: results('returned', [
        ...['"undone": $undone', '"replicas": $replicas', '"stock": $stock'],
        '"unfencedAt": $unfencedAt',
      ]),
    },
  };
};
