import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import { SFNClient } from '@aws-sdk/client-sfn';
import { CloudWatchVersionMetrics } from '../../../lambdas/release/cloudwatch-version-metrics.adapter';
import { CodeDeployRollouts } from '../../../lambdas/release/codedeploy-rollouts.adapter';
import { LambdaFunctionVersions } from '../../../lambdas/release/lambda-function-versions.adapter';
import { emptyHistogram, latencyBounds } from '../../../lambdas/release/latency-histogram';
import { probeEvent } from '../../../lambdas/release/probe';
import { MetricsUnavailableError, UnknownRolloutError } from '../../../lambdas/release/release.errors';
import { StepFunctionsCanaryJudge } from '../../../lambdas/release/step-functions-canary-judge.adapter';
import { type FakeAnswer, FakeService } from '../shared/fake-service';
import { hook, rollout } from './in-memory-release';

const services: FakeService[] = [];
const start = async (answer: (body: unknown) => FakeAnswer | undefined) => {
  const fake = await FakeService.start((body) => answer(body === '' ? {} : JSON.parse(body)));
  services.push(fake);
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const config = { region: 'sa-east-1', endpoint: fake.endpoint, credentials, maxAttempts: 1 };
  return { config, requests: () => fake.requests.map((body): unknown => (body === '' ? {} : JSON.parse(body))) };
};
afterEach(() => Promise.all(services.splice(0).map((service) => service.stop())));

const ok = (body: unknown): FakeAnswer => ({ status: 200, body: JSON.stringify(body) });
const refusal = (type: string): FakeAnswer => ({ status: 400, body: JSON.stringify({ __type: type, message: type }) });

describe('CodeDeployRollouts', () => {
  const { deploymentId, functionName: Name, alias: Alias, currentVersion, targetVersion } = rollout;
  const Properties = { Name, Alias, CurrentVersion: currentVersion, TargetVersion: targetVersion };
  const appSpec = JSON.stringify({
    version: '0.0',
    Resources: [{ ReadOrderLive: { Type: 'AWS::Lambda::Function', Properties } }],
    Hooks: [{ BeforeAllowTraffic: 'before:live' }, { AfterAllowTraffic: 'after:live' }],
  });
  const deployment = (revision: unknown) =>
    ok({ deploymentInfo: { applicationName: 'tenfold', deploymentGroupName: 'readOrder', revision } });
  const rolloutsOf = async (answer: (body: unknown) => FakeAnswer) => {
    const { config, requests } = await start(answer);
    return { rollouts: new CodeDeployRollouts(new CodeDeployClient(config)), requests };
  };

  it('looks up the AppSpec by its hash, since a deployment is shown without it', async () => {
    const location = { revisionType: 'String', string: { sha256: 'abc' } };
    const { rollouts, requests } = await rolloutsOf((body) =>
      Object.hasOwn(Object(body), 'deploymentId')
        ? deployment(location)
        : ok({ revision: { revisionType: 'String', string: { content: appSpec, sha256: 'abc' } } }),
    );
    expect(await rollouts.find(deploymentId)).toEqual(rollout);
    expect(requests()).toEqual([{ deploymentId }, { applicationName: 'tenfold', revision: location }]);
  });

  it('asks no more when the deployment is shown with it', async () => {
    const revision = { revisionType: 'AppSpecContent', appSpecContent: { content: appSpec } };
    const { rollouts, requests } = await rolloutsOf(() => deployment(revision));
    expect(await rollouts.find(deploymentId)).toEqual(rollout);
    expect(requests()).toHaveLength(1);
  });

  it.each([
    ['of no function', { revisionType: 'String', string: { content: '{"Resources":[]}' } }, 'names one function'],
    ['in YAML', { revisionType: 'String', string: { content: 'version: 0.0' } }, 'version: 0.0; expected JSON'],
    ['of nothing', undefined, 'no application, deployment group or revision'],
  ])('does not take a deployment %s for a rollout', async (_, revision, message) => {
    const { rollouts } = await rolloutsOf(() => deployment(revision));
    const found = rollouts.find(deploymentId);
    await expect(found).rejects.toThrow(UnknownRolloutError);
    await expect(found).rejects.toThrow(message);
  });

  it.each([
    ['codeDeployRollback', true],
    ['user', false],
    [undefined, false],
  ])('of %s is a return: %s', async (creator, isReturn) => {
    const { rollouts } = await rolloutsOf(() => ok({ deploymentInfo: { creator } }));
    expect(await rollouts.isReturn(deploymentId)).toBe(isReturn);
  });

  it.each(['Succeeded', 'Failed'] as const)('tells the hook that waits: %s', async (answer) => {
    const { rollouts, requests } = await rolloutsOf(() => ok({}));
    await rollouts.report(hook, answer);
    expect(requests()).toEqual([{ deploymentId, lifecycleEventHookExecutionId: 'hook-1', status: answer }]);
  });

  it('stops a deployment and has it rolled back; one that has ended is left as it is', async () => {
    const answers = [ok({ status: 'Pending' }), refusal('DeploymentAlreadyCompletedException')];
    const { rollouts, requests } = await rolloutsOf(() => answers.shift() ?? refusal('Unexpected'));
    expect([await rollouts.stop(deploymentId), await rollouts.stop(deploymentId)]).toEqual(['stopped', 'ended']);
    expect(requests()[0]).toEqual({ deploymentId, autoRollbackEnabled: true });
    await expect(rollouts.stop(deploymentId)).rejects.toThrow('Unexpected');
  });
});

describe('LambdaFunctionVersions', () => {
  const event = probeEvent(
    { name: 'p', method: 'GET', resource: '/health', isPublic: true, answer: { status: 200, schema: {} as never } },
    'request-1',
  );
  const ask = async (answer: FakeAnswer) => {
    const { config } = await start(() => answer);
    return new LambdaFunctionVersions(config).ask('read-order', '8', event);
  };

  it('asks a version by its number and tells what it answered, and how long that took', async () => {
    const { config, requests } = await start(() => ok({ statusCode: 200, body: '{}' }));
    const answer = await new LambdaFunctionVersions(config).ask('read-order', '8', event);
    expect(answer).toEqual({
      kind: 'answered',
      payload: { statusCode: 200, body: '{}' },
      milliseconds: expect.any(Number),
    });
    expect(requests()).toEqual([event]);
  });

  it.each([
    ['has thrown', { ...ok({ errorMessage: 'boom' }), headers: { 'x-amz-function-error': 'Unhandled' } }, 'boom'],
    ['cannot be invoked', refusal('AccessDeniedException'), 'AccessDeniedException'],
    ['answers no JSON', { status: 200, body: 'nonsense' }, 'SyntaxError'],
  ])('counts a version that %s as failed', async (_, answer, why) => {
    expect(await ask(answer)).toMatchObject({ kind: 'failed', why: expect.stringContaining(why) });
  });
});

describe('CloudWatchVersionMetrics', () => {
  const served = { functionName: 'read-order', alias: 'live', version: '8' };
  const range = { from: new Date('2026-11-26T12:00:00Z'), to: new Date('2026-11-26T12:05:00Z') };
  type Query = { Id: string; MetricStat: { Metric: object; Period: number; Stat: string } };
  const queriesOf = (body: unknown): readonly Query[] => Reflect.get(Object(body), 'MetricDataQueries');
  const sampleWith = async (
    values: { readonly [id: string]: readonly number[] },
    StatusCode = 'Complete',
    asked = range,
  ) => {
    const { config, requests } = await start((body) =>
      ok({
        MetricDataResults: queriesOf(body).map(({ Id }) => ({
          Id,
          StatusCode,
          Timestamps: [],
          Values: values[Id] ?? [],
        })),
      }),
    );
    const metrics = new CloudWatchVersionMetrics(new CloudWatchClient(config), 300);
    return { sample: await metrics.sampleOf(served, asked), queries: requests().flatMap(queriesOf), asked: requests() };
  };

  it('asks for what came through the alias to this version, and bins durations where they are counted', async () => {
    const { queries } = await sampleWith({});
    const Dimensions = [
      { Name: 'FunctionName', Value: 'read-order' },
      { Name: 'Resource', Value: 'read-order:live' },
      { Name: 'ExecutedVersion', Value: '8' },
    ];
    const of = (id: string) => queries.find(({ Id }) => Id === id)?.MetricStat;
    expect(of('requests')).toEqual({
      Metric: { Namespace: 'AWS/Lambda', MetricName: 'Invocations', Dimensions },
      Period: 60,
      Stat: 'Sum',
    });
    expect(of('failures')?.Metric).toEqual({ Namespace: 'Tenfold', MetricName: 'Failures', Dimensions });
    expect(of('refusals')?.Metric).toEqual({ Namespace: 'Tenfold', MetricName: 'Refusals', Dimensions });
    expect([of('bin0'), of('bin1'), of(`bin${latencyBounds.length}`)].map((stat) => stat?.Stat)).toEqual([
      'TC(:1)',
      'TC(1:1.5)',
      'TC(32768:)',
    ]);
    // CloudWatch takes 500 in a call.
    expect(queries.length).toBeLessThan(500);
  });

  it('asks for whole minutes, from the first that begins after the shift: before it the old version had everything', async () => {
    const [from, to] = [new Date('2026-11-26T12:00:20Z'), new Date('2026-11-26T12:05:20Z')];

    const { asked } = await sampleWith({}, 'Complete', { from, to });

    const seconds = (at: string) => Date.parse(at) / 1000;
    expect(asked).toEqual([
      expect.objectContaining({ StartTime: seconds('2026-11-26T12:01:00Z'), EndTime: seconds('2026-11-26T12:06:00Z') }),
    ]);
  });

  it('adds up minutes, and errors to failures that were answered', async () => {
    const values = { requests: [100, 50], errors: [1], failures: [2, 3], refusals: [4, 5], bin5: [90, 40], bin6: [20] };
    const { sample } = await sampleWith(values);
    expect(sample).toMatchObject({ requests: 150, failures: 6, refusals: 9 });
    expect(sample.latency.slice(5, 7)).toEqual([130, 20]);
  });

  it('takes silence for no request', async () => {
    expect((await sampleWith({})).sample).toEqual({ requests: 0, failures: 0, refusals: 0, latency: emptyHistogram });
  });

  it('gives nothing when CloudWatch could not give everything', async () => {
    await expect(sampleWith({}, 'InternalError')).rejects.toThrow(MetricsUnavailableError);
    await expect(sampleWith({}, 'Forbidden')).rejects.toThrow('requests of read-order:8 is Forbidden');
    await expect(sampleWith({}, 'PartialData')).rejects.toThrow('requests of read-order:8 is PartialData');
  });
});

describe('StepFunctionsCanaryJudge', () => {
  const machine = 'arn:aws:states:sa-east-1:000000000000:stateMachine:tenfold-judge-canary';
  const judgeOf = async (answer: (body: unknown) => FakeAnswer) => {
    const { config, requests } = await start(answer);
    return { judge: new StepFunctionsCanaryJudge(new SFNClient(config), machine), requests };
  };

  it('starts one execution a rollout, named after it', async () => {
    const answers = [ok({ executionArn: 'a', startDate: 0 }), refusal('ExecutionAlreadyExists')];
    const { judge, requests } = await judgeOf(() => answers.shift() ?? refusal('AccessDeniedException'));
    const from = new Date('2026-11-26T12:00:00Z');
    await judge.start(rollout, from);
    await judge.start(rollout, from);
    expect(requests()[0]).toEqual({
      stateMachineArn: machine,
      name: rollout.deploymentId,
      input: JSON.stringify({ ...rollout, from: '2026-11-26T12:00:00.000Z' }),
    });
    await expect(judge.start(rollout, from)).rejects.toThrow('AccessDeniedException');
  });

  it.each([
    ['promote', ok({ status: 'SUCCEEDED', output: '{"verdict":"promote","because":[]}' })],
    ['roll-back', ok({ status: 'SUCCEEDED', output: '{"verdict":"roll-back"}' })],
    ['not-yet', ok({ status: 'RUNNING' })],
    ['failed', ok({ status: 'FAILED' })],
    ['failed', ok({ status: 'ABORTED' })],
    ['none', refusal('ExecutionDoesNotExist')],
  ] as const)('finds "%s" in what is recorded', async (verdict, answer) => {
    const { judge, requests } = await judgeOf(() => answer);
    expect(await judge.verdictOf('d-1')).toBe(verdict);
    expect(requests()).toEqual([{ executionArn: `${machine.replace('stateMachine', 'execution')}:d-1` }]);
  });

  it('does not take another output for a verdict', async () => {
    const { judge } = await judgeOf(() => ok({ status: 'SUCCEEDED', output: '{"verdict":"inconclusive"}' }));
    await expect(judge.verdictOf('d-1')).rejects.toThrow();
  });
});
