import type { WorkflowDefinition } from '../../constructs/workflow-definition';

/** What the judge's workflow calls; ARNs of aliases. */
export interface JudgeFunctions {
  readonly judge: string;
  readonly stop: string;
}

/** How long the judge waits. */
export interface JudgeTerms {
  readonly partition: string;
  readonly windowSeconds: number;
  /** Until CloudWatch has the values of a minute that is over. */
  readonly metricsDelaySeconds: number;
}

/** After these many windows there is a verdict, whatever was seen. */
const windows = 2;
/** Longer than the judge's function may run. */
const taskTimeoutSeconds = 100;

const jsonata = (expression: string) => `{% ${expression} %}`;

/** Few: a verdict that comes after the shift has gone on is of no use. */
const maximumRetries = 1;

const retries = [
  {
    ErrorEquals: ['States.ALL'],
    MaxAttempts: maximumRetries,
    IntervalSeconds: 2,
    BackoffRate: 2,
    JitterStrategy: 'FULL',
  },
];

/** Everything that an execution may last, in seconds: waits, looks and their retries, and a minute for what is between. */
export const judgeSeconds = ({ windowSeconds, metricsDelaySeconds }: Omit<JudgeTerms, 'partition'>): number =>
  metricsDelaySeconds + windows * (windowSeconds + (1 + maximumRetries) * taskTimeoutSeconds) + 60;

/**
 * Compares the versions of a rollout window by window, and ends with a verdict: its output is the record. Anything but `promote` stops the
 * rollout, and so does a judge that fails; one that cannot even stop it fails loudly, and the alarm on that stops it.
 * Input: what `StepFunctionsCanaryJudge` starts it with.
 */
export const judgeDefinition = ({ judge, stop }: JudgeFunctions, terms: JudgeTerms): WorkflowDefinition => {
  const { partition, windowSeconds, metricsDelaySeconds } = terms;
  const call = (functionName: string, payload: unknown) => ({
    Type: 'Task' as const,
    Resource: `arn:${partition}:states:::lambda:invoke`,
    Arguments: { FunctionName: functionName, Payload: payload },
    TimeoutSeconds: taskTimeoutSeconds,
    Retry: retries,
  });
  return {
    Comment: 'Compares a new version with the old one, and sends it back unless it is as good',
    QueryLanguage: 'JSONata',
    TimeoutSeconds: judgeSeconds(terms) + 4 * taskTimeoutSeconds,
    StartAt: 'begin',
    States: {
      begin: {
        Type: 'Pass',
        Assign: { rollout: jsonata('$states.input'), window: 1, probed: {} },
        Output: {},
        Next: 'wait for metrics',
      },
      // Once: all looks are as late as the first one.
      'wait for metrics': { Type: 'Wait', Seconds: metricsDelaySeconds, Next: 'wait for window' },
      'wait for window': { Type: 'Wait', Seconds: windowSeconds, Next: 'judge' },
      judge: {
        ...call(judge, jsonata('$merge([$rollout, {"window": $window}, $window = 1 ? {} : {"synthetic": $probed}])')),
        Assign: { probed: jsonata('$states.result.Payload.probed') },
        Output: jsonata('$states.result.Payload'),
        Catch: [
          {
            ErrorEquals: ['States.ALL'],
            Assign: { failure: jsonata('$states.errorOutput.Error & ": " & $states.errorOutput.Cause') },
            Next: 'stop unjudged',
          },
        ],
        Next: 'verdict',
      },
      verdict: {
        Type: 'Choice',
        Choices: [
          { Condition: jsonata('$states.input.verdict = "promote"'), Next: 'promote' },
          {
            Condition: jsonata(`$states.input.verdict = "inconclusive" and $window < ${windows}`),
            Assign: { window: jsonata('$window + 1') },
            Next: 'wait for window',
          },
        ],
        Default: 'stop',
      },
      promote: { Type: 'Pass', Output: jsonata('$merge([$states.input, $rollout, {"windows": $window}])'), End: true },
      stop: {
        ...call(stop, {
          deploymentId: jsonata('$rollout.deploymentId'),
          why: jsonata('$join([$states.input.because], "; ")'),
        }),
        Output: jsonata(
          '$merge([$states.input, $rollout, {"windows": $window, "verdict": "roll-back", "traffic": $states.result.Payload.outcome}])',
        ),
        End: true,
      },
      'stop unjudged': {
        ...call(stop, { deploymentId: jsonata('$rollout.deploymentId'), why: jsonata('$failure') }),
        Next: 'not judged',
      },
      'not judged': { Type: 'Fail', Error: 'CanaryNotJudgedError', Cause: jsonata('$failure') },
    },
  };
};
