import { checkSagaPlan, type SagaCall, type SagaPlan, type SagaRetry, type SagaStepPlan } from './saga-plan';

/** A state of the Amazon States Language (https://states-language.net), JSONata flavour. */
export interface SagaState {
  readonly Type: 'Task' | 'Choice' | 'Pass' | 'Fail';
  readonly [field: string]: unknown;
}

/** A state machine of the Amazon States Language. */
export interface SagaDefinition {
  readonly Comment: string;
  readonly QueryLanguage: 'JSONata';
  readonly StartAt: string;
  readonly States: Readonly<Record<string, SagaState>>;
}

const jsonata = (expression: string) => `{% ${expression} %}`;
const text = (value: string) => JSON.stringify(value);

/** What a step answers with these errors does not get better by trying again: a contract that is not met, a message that was parked. */
const final = { ErrorEquals: ['SagaRequestError', 'Parked'], MaxAttempts: 0 };

const retries = ({ attempts, intervalSeconds, maximumIntervalSeconds }: SagaRetry) => [
  final,
  {
    ErrorEquals: ['States.ALL'],
    MaxAttempts: attempts,
    IntervalSeconds: intervalSeconds,
    BackoffRate: 2,
    MaxDelaySeconds: maximumIntervalSeconds,
    JitterStrategy: 'FULL',
  },
];

/** What every function is called with (`SagaStepRequest`); `more` is an expression of what is added to the saga's own data. */
const request = (step: string, more?: string) => ({
  sagaId: jsonata('$sagaId'),
  step,
  execution: jsonata('$states.context.Execution.Name'),
  attempt: jsonata('$states.context.State.RetryCount'),
  data: jsonata(more === undefined ? '$data' : `$merge([$data, ${more}])`),
});

const call = ({ partition }: SagaPlan, { functionArn, timeoutSeconds, retry }: SagaCall, payload: object) => ({
  Type: 'Task' as const,
  Resource: `arn:${partition}:states:::lambda:invoke`,
  Arguments: { FunctionName: functionArn, Payload: payload },
  TimeoutSeconds: timeoutSeconds,
  Retry: retries(retry),
});

// The deduplication id counts the tries: a second command within five minutes carries a new task token and must not be dropped.
// That it has its effect once is the consumer's inbox's matter: the command's own id is the same at every try.
const send = (plan: SagaPlan, position: number, step: Extract<SagaStepPlan, { queueUrl: string }>) => ({
  Type: 'Task' as const,
  Resource: `arn:${plan.partition}:states:::sqs:sendMessage.waitForTaskToken`,
  Arguments: {
    QueueUrl: step.queueUrl,
    MessageGroupId: jsonata(`${text(`${plan.subjectKind}/`)} & $sagaId`),
    MessageDeduplicationId: jsonata(
      `$states.context.Execution.Name & ${text(`/${step.name}/`)} & $string($states.context.State.RetryCount)`,
    ),
    MessageBody: {
      specversion: '1.0',
      id: jsonata(`$sagaId & ${text(`/${step.name}`)}`),
      source: plan.source,
      type: step.command.type,
      time: jsonata('$states.context.State.EnteredTime'),
      subject: jsonata(`${text(`${plan.subjectKind}/`)} & $sagaId`),
      sequence: position + 1,
      datacontenttype: 'application/json',
      correlationid: jsonata('$sagaId'),
      causationid: jsonata('$states.context.Execution.Name'),
      originregion: plan.region,
      tasktoken: jsonata('$states.context.Task.Token'),
      data: Object.fromEntries(step.command.fields.map((field) => [field, jsonata(`$data.${field}`)])),
    },
  },
  TimeoutSeconds: step.timeoutSeconds,
  Retry: retries(step.retry),
});

const decided = (name: string) => `${name} decided`;
const parking = (name: string) => `park ${name}`;

const answered = (outcome: string) => jsonata(`$states.input.outcome = ${text(outcome)}`);
const refusal = '$exists($states.input.reason) ? $states.input.reason : "neither done nor refused"';
// A timeout may come without a cause, and an expression without a value would fail the execution inside its own catch.
const cause = '$exists($states.errorOutput.Cause) ? $states.errorOutput.Cause : ""';
const failure = { failure: { error: jsonata('$states.errorOutput.Error'), cause: jsonata(cause) } };
const refused = { failure: { error: 'Refused', cause: jsonata(refusal) } };

/** Where every chain of compensations comes to. */
const chainEnd = 'whole chain decided';

/** The chain's state that undoes the steps before `end` and everything before them. */
const compensationBefore = ({ steps }: SagaPlan, end: number): string =>
  steps.slice(0, end).findLast(({ compensation }) => compensation)?.compensation?.name ?? chainEnd;

const forwardState = (plan: SagaPlan, position: number, step: SagaStepPlan) => {
  const attempt = 'queueUrl' in step ? send(plan, position, step) : call(plan, step, request(step.name));
  const output = 'queueUrl' in step ? '$states.result' : '$states.result.Payload';
  return { ...attempt, Output: jsonata(output), Next: decided(step.name) };
};

const reason = (name: string, why: string) => ({ reason: jsonata(`${text(`${name} `)} & ${why}`) });

/** A step before the pivot: a failure is ambiguous and undoes the step itself; a refusal has had no effect and undoes those before. */
const undoableStep = (plan: SagaPlan, position: number, step: SagaStepPlan, next: string) => {
  const itself = compensationBefore(plan, position + 1);
  const failed = reason(step.name, '"failed: " & $states.errorOutput.Error');
  return {
    [step.name]: {
      ...forwardState(plan, position, step),
      Catch: [{ ErrorEquals: ['States.ALL'], Assign: failed, Next: itself }],
    },
    [decided(step.name)]: {
      Type: 'Choice' as const,
      Choices: [
        { Condition: answered('done'), Next: next },
        {
          Condition: answered('refused'),
          Assign: reason(step.name, `"refused: " & (${refusal})`),
          Next: compensationBefore(plan, position),
        },
      ],
      Assign: reason(step.name, '"answered neither done nor refused"'),
      Default: itself,
    },
  };
};

/** The pivot or a step after it: a failure is parked for an operator. Only the pivot may refuse, because nothing follows from it yet. */
const committedStep = (plan: SagaPlan, position: number, step: SagaStepPlan, next: string) => {
  const park = parking(step.name);
  const turnsRound = {
    Condition: answered('refused'),
    Assign: reason(step.name, `"refused: " & (${refusal})`),
    Next: compensationBefore(plan, position),
  };
  return {
    [step.name]: {
      ...forwardState(plan, position, step),
      Catch: [{ ErrorEquals: ['States.ALL'], Assign: failure, Next: park }],
    },
    [decided(step.name)]: {
      Type: 'Choice' as const,
      Choices: [{ Condition: answered('done'), Next: next }, ...(step.name === plan.pivot ? [turnsRound] : [])],
      Assign: refused,
      Default: park,
    },
    [park]: { ...parkState(plan, step.name), Next: 'parked' },
  };
};

const parkState = (plan: SagaPlan, name: string) => {
  const more = `{"failedStep": ${text(name)}, "error": $failure.error, "cause": $failure.cause, "stateMachineArn": $states.context.StateMachine.Id}`;
  return call(plan, plan.park, request(plan.park.name, more));
};

/** A compensation: retried, then parked. Either way the chain goes on, so that one stuck refund does not keep stock locked. */
const compensationStates = (plan: SagaPlan, position: number, compensation: SagaCall) => {
  const { name } = compensation;
  const next = compensationBefore(plan, position);
  return {
    [name]: {
      ...call(plan, compensation, request(name)),
      Catch: [{ ErrorEquals: ['States.ALL'], Assign: failure, Next: parking(name) }],
      Output: jsonata('$states.result.Payload'),
      Next: decided(name),
    },
    [decided(name)]: {
      Type: 'Choice' as const,
      Choices: [{ Condition: answered('done'), Next: next }],
      Assign: refused,
      Default: parking(name),
    },
    [parking(name)]: {
      ...parkState(plan, name),
      Assign: { parked: jsonata(`$append($parked, [${text(name)}])`) },
      Next: next,
    },
  };
};

const entryState = (plan: SagaPlan): SagaState => {
  const given = { sagaId: jsonata('$states.input.sagaId'), data: jsonata('$states.input.data'), parked: [] };
  const why = '$exists($states.input.reason) ? $states.input.reason : "compensation was started from outside"';
  const rule = (entry: string, Next: string, begunElsewhere: string | boolean = false) => ({
    Condition: jsonata(`$states.input.entry = ${text(entry)}`),
    Assign: { ...given, reason: jsonata(why), begunElsewhere },
    Next,
  });
  const first = plan.steps[0]?.name ?? plan.close.name;
  const committed = plan.steps.slice(plan.steps.findIndex(({ name }) => name === plan.pivot));
  return {
    Type: 'Choice',
    Choices: [
      rule('forward', first, jsonata('$states.input.begunElsewhere = true')),
      rule('compensate', compensationBefore(plan, plan.steps.length)),
      ...committed.map(({ name }) => rule(name, name)),
    ],
    Default: 'unknown entry',
  };
};

const endStates = (plan: SagaPlan): Readonly<Record<string, SagaState>> => {
  const end = (result: string) => ({
    Type: 'Pass' as const,
    Output: { sagaId: jsonata('$sagaId'), result },
    End: true,
  });
  const { close } = plan;
  return {
    // What this execution has not come to may have been done by another one: then the whole chain follows, once. What was parked is tried anew.
    [chainEnd]: {
      Type: 'Choice',
      Choices: [{ Condition: jsonata('$not($begunElsewhere)'), Next: close.name }],
      Assign: { begunElsewhere: false, parked: [] },
      Default: compensationBefore(plan, plan.steps.length),
    },
    [close.name]: {
      ...call(plan, close, request(close.name, '{"parked": $parked, "reason": $reason}')),
      Output: {
        sagaId: jsonata('$sagaId'),
        result: jsonata('$count($parked) = 0 ? "compensated" : "parked"'),
        reason: jsonata('$reason'),
        parked: jsonata('$parked'),
      },
      End: true,
    },
    done: end('done'),
    parked: end('parked'),
    'unknown entry': {
      Type: 'Fail',
      Error: 'UnknownEntry',
      Cause: 'expected "entry" to be "forward", "compensate", or the name of a step from the pivot on',
    },
  };
};

/**
 * Turns a saga's plan into its state machine:
 *
 * - *forward*: the steps in order. A step that answers `refused` has had no effect: compensation starts with the step before it. A step that
 *   fails or times out may have had its effect: compensation starts with the step itself. Both go on in reverse order, then close.
 * - *from the pivot on* there is no way back: a failure is retried, then parked for an operator, who resumes at that step.
 *   Only the pivot itself may still refuse, which compensates.
 * - *compensations* are retried, then parked, and the chain goes on.
 * - *begun elsewhere* (`begunElsewhere` of the input, with `forward`): another execution may have done any of the steps. Whatever turns the saga
 *   round, the whole chain of compensations is run.
 * - *entries* (`entry` of the input): `forward`, `compensate` (the whole chain), or the name of a step from the pivot on.
 *
 * The execution ends with the output `{ sagaId, result: 'done' | 'compensated' | 'parked' }`, or fails when even parking or closing fails:
 * then somebody outside has to start it anew at `compensate`.
 *
 * @throws SagaPlanError when the plan contradicts itself
 */
export const sagaDefinition = (plan: SagaPlan): SagaDefinition => {
  checkSagaPlan(plan);
  const { steps, pivot } = plan;
  const turn = steps.findIndex(({ name }) => name === pivot);
  const states = steps.map((step, position) => {
    const next = steps[position + 1]?.name ?? 'done';
    const forward = position < turn ? undoableStep : committedStep;
    return {
      ...forward(plan, position, step, next),
      ...(step.compensation && compensationStates(plan, position, step.compensation)),
    };
  });
  return {
    Comment: `Saga: ${steps.map(({ name, compensation }) => (compensation ? `${name}/${compensation.name}` : name)).join(', ')}`,
    QueryLanguage: 'JSONata',
    StartAt: 'enter',
    States: Object.fromEntries(
      [{ enter: entryState(plan) }, ...states, endStates(plan)].flatMap((some) => Object.entries(some)),
    ),
  };
};
