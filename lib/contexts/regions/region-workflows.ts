import type { WorkflowDefinition, WorkflowState } from '../../constructs/workflow-definition';

type States = Readonly<Record<string, WorkflowState>>;

/** What the workflows of a region call; ARNs of aliases. */
export interface WorkflowFunctions {
  readonly fence: string;
  readonly quiet: string;
  readonly settled: string;
  readonly unfence: string;
  readonly compare: string;
  readonly adoptOrders: string;
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

const retries = [
  { ErrorEquals: refusals, MaxAttempts: 0 },
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
const settlingPatienceSeconds = 15 * 60;
/** Replication brings what was written before an acknowledgement soon after it, or before. */
const settleSeconds = 5;

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
  /** Lists that the output has from the latest answer. */
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
    ...latest.map((field) => `${text(field)}: [$states.result.Payload.${field}]`),
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

const rowCounts = ['looked', 'published', 'skipped'];
const orderCounts = ['looked', 'adopted', 'started'];
const itemCounts = ['looked', 'divergent', 'repaired'];

/** Takes over what the region has left: first the rows, so that what an adoption overrules is known by then, then the orders. */
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
 * Evacuates a region to the one the workflow runs in: fence, wait until it is quiet, take over its outbox rows and its orders.
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
      next: 'take over rows',
    }),
    ...takeOver(terms, functions, 'evacuated'),
    evacuated: results('evacuated'),
  },
});

/**
 * Lets an evacuated region back in, from its successor: its keeper must answer; what has arrived late is taken over; what was taken over has
 * to come to its end; replicas are compared and repaired, its stock is put right; then the fence is lifted. Between the two an operator may
 * have redriven one of its orders, so that whether it is settled is asked once more. Input: `{region}`. May be started again at any time.
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
        next: 'take over rows',
      }),
      ...takeOver(terms, functions, 'wait until settled'),
      ...awaitSettled(terms, functions.settled, 'settled', 'compare replicas'),
      'compare replicas': {
        Type: 'Map',
        Items: Object.keys(functions.relays).map((context) => ({ context, ...zeros(itemCounts) })),
        ItemProcessor: {
          ProcessorConfig: { Mode: 'INLINE' },
          StartAt: 'compare',
          States: loop(terms, {
            name: 'compare',
            function: functions.compare,
            payload: '{"region": $region, "context": $states.input.context, "cursor": $states.input.cursor}',
            counts: itemCounts,
            keeps: ['context'],
            latest: ['keys'],
            next: 'end',
          }),
        },
        Assign: { replicas: jsonata('$states.result') },
        Output: zeros(reconciled),
        Next: 'reconcile stock',
      },
      ...loop(terms, {
        name: 'reconcile stock',
        function: functions.reconcile,
        payload: '{"region": $region, "since": $since, "cursor": $states.input.cursor}',
        counts: reconciled,
        assign: { stock: '$states.input' },
        next: 'wait until still settled',
      }),
      ...awaitSettled(terms, functions.settled, 'still settled', 'unfence'),
      unfence: {
        ...call(terms, functions.unfence, { region: jsonata('$region') }),
        Assign: { unfencedAt: jsonata('$states.result.Payload.unfencedAt') },
        Next: 'returned',
      },
      returned: results('returned', ['"replicas": $replicas', '"stock": $stock', '"unfencedAt": $unfencedAt']),
    },
  };
};
