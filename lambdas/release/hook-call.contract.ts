import * as z from 'zod/mini';

/** Where verdicts are kept. Spread it into an environment schema. */
export const judgeArnEnv = {
  /** The state machine that compares versions, in this region. */
  JUDGE_ARN: z.string().check(z.regex(/^arn:[\w-]+:states:\S+:stateMachine:\S+$/)),
};

/**
 * What CodeDeploy calls a hook with
 * (https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html).
 */
export const hookCall = z.pipe(
  z.object({
    DeploymentId: z.string().check(z.minLength(1)),
    LifecycleEventHookExecutionId: z.string().check(z.minLength(1)),
  }),
  z.transform(({ DeploymentId: deploymentId, LifecycleEventHookExecutionId: hookExecutionId }) => ({
    deploymentId,
    hookExecutionId,
  })),
);
