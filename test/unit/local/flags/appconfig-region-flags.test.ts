import { StackOutputs } from '../../../../local/deployment/stack-outputs';
import { AppConfigRegionFlags } from '../../../../local/flags/appconfig-region-flags';
import { type FakeAnswer, FakeService } from '../../shared/fake-service';

interface Deployment {
  readonly DeploymentNumber: number;
  readonly ConfigurationVersion: string;
  State: string;
}

const json = (body: object): FakeAnswer => ({
  status: 200,
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json' },
});

const conflict: FakeAnswer = {
  status: 409,
  body: '{"message":"LatestDeploymentNumber 1 does not match"}',
  headers: { 'content-type': 'application/json', 'x-amzn-errortype': 'ConflictException' },
};

let service: FakeService | undefined;
afterEach(() => service?.stop());

/** A region whose AppConfig has these deployments; the text of version 3 is `text 3`. What is stopped comes to its end at the second look. */
const regionWith = async (...deployments: Deployment[]) => {
  const stopped: string[] = [];
  const begun: unknown[] = [];
  service = await FakeService.start((body, line) => {
    if (line.startsWith('POST') && line.includes('/hostedconfigurationversions'))
      return { status: 201, body, headers: { 'Version-Number': '9' } };
    if (line.startsWith('PATCH')) return json({});
    if (line.startsWith('POST')) {
      const asked: unknown = JSON.parse(body);
      begun.push(asked);
      const [newest] = deployments;
      if (Reflect.get(Object(asked), 'LatestDeploymentNumber') !== newest?.DeploymentNumber) return conflict;
      const next = deployment((newest?.DeploymentNumber ?? 0) + 1, 'COMPLETE');
      deployments.unshift(next);
      return json(next);
    }
    const [, version] = /^GET .*\/hostedconfigurationversions\/(\d+)/.exec(line) ?? [];
    if (version !== undefined) return { status: 200, body: `text ${version}` };
    const [, method, number] = /^(GET|DELETE) .*\/deployments\/(\d+)/.exec(line) ?? [];
    const one = deployments.find(({ DeploymentNumber }) => String(DeploymentNumber) === number);
    if (one === undefined) return json({ Items: deployments });
    const answer = json(one);
    if (method === 'DELETE') {
      stopped.push(line);
      one.State = one.State === 'COMPLETE' ? 'REVERTED' : 'ROLLING_BACK';
    } else if (one.State === 'ROLLING_BACK') one.State = 'ROLLED_BACK';
    return answer;
  });
  const outputs = {
    ...{ ApplicationId: 'app', EnvironmentId: 'env', ProfileId: 'profile' },
    ...{ GradualStrategyId: 'gradual', AtOnceStrategyId: 'at-once', MonitorRoleArn: 'role', MonitoredAlarms: 'alarm' },
  };
  const stacks = new Map([['FlagsService', new Map(Object.entries(outputs))]]);
  const place = { region: 'sa-east-1', endpoint: service.endpoint };
  return { stopped, begun, flags: new AppConfigRegionFlags(place, new StackOutputs('Tenfold', stacks), 0) };
};

const deployment = (DeploymentNumber: number, State: string): Deployment => ({
  DeploymentNumber,
  ConfigurationVersion: String(DeploymentNumber),
  State,
});

describe('the flags of a region in AppConfig', () => {
  it.each(['DEPLOYING', 'BAKING', 'ROLLING_BACK', 'VALIDATING'])(
    'are those of the newest complete deployment while another one is %s',
    async (state) => {
      const { flags } = await regionWith(
        deployment(2, 'COMPLETE'),
        deployment(10, state),
        deployment(9, 'REVERTED'),
        deployment(8, 'COMPLETE'),
      );

      expect(await flags.state()).toEqual({
        newest: 10,
        deployed: 'text 8',
        underWay: { number: 10, text: 'text 10' },
      });
    },
  );

  it.each(['COMPLETE', 'ROLLED_BACK', 'REVERTED'])('are not under way once the newest is %s', async (state) => {
    const { flags } = await regionWith(deployment(1, 'COMPLETE'), deployment(2, state));

    expect((await flags.state()).underWay).toBeUndefined();
  });

  it('are none before the first deployment', async () => {
    const { flags } = await regionWith();

    expect(await flags.state()).toEqual({ newest: 0, deployed: undefined, underWay: undefined });
  });
});

describe('a deployment of flags', () => {
  const options = { atOnce: false, note: () => undefined };

  it.each([
    ['the newest that is known', [deployment(2, 'COMPLETE')], 2],
    ['none in a new region', [], undefined],
  ] as const)('begins after %s', async (_, deployments, LatestDeploymentNumber) => {
    const { flags, begun } = await regionWith(...deployments);
    const { newest } = await flags.state();

    const number = await flags.deploy('{}', { ...options, after: newest });

    expect(number).toBe(newest + 1);
    expect(begun).toEqual([expect.objectContaining({ ConfigurationVersion: '9', DeploymentStrategyId: 'gradual' })]);
    expect(Reflect.get(Object(begun[0]), 'LatestDeploymentNumber')).toBe(LatestDeploymentNumber);
  });

  it('does not begin when somebody else was quicker', async () => {
    const { flags } = await regionWith(deployment(2, 'COMPLETE'));

    await expect(flags.deploy('{}', { ...options, after: 1 })).rejects.toThrow(
      'sa-east-1 is busy: LatestDeploymentNumber 1 does not match',
    );
  });
});

describe('putting a region back', () => {
  it.each(['DEPLOYING', 'BAKING', 'COMPLETE'])(
    'takes back a deployment that is %s, and waits for its end',
    async (state) => {
      const { flags, stopped } = await regionWith(deployment(1, 'COMPLETE'), deployment(2, state));

      await flags.putBack(2);

      expect(stopped).toEqual([expect.stringContaining('/applications/app/environments/env/deployments/2')]);
      expect(await flags.state()).toEqual({ newest: 2, deployed: 'text 1', underWay: undefined });
    },
  );

  it('waits for an alarm that was quicker', async () => {
    const { flags, stopped } = await regionWith(deployment(1, 'COMPLETE'), deployment(2, 'ROLLING_BACK'));

    await flags.putBack(2);

    expect(stopped).toEqual([]);
    expect((await flags.state()).underWay).toBeUndefined();
  });

  it('does not take back what came after the deployment', async () => {
    const { flags, stopped } = await regionWith(deployment(2, 'COMPLETE'), deployment(3, 'COMPLETE'));

    await expect(flags.putBack(2)).rejects.toThrow('deployment 3 came after it');

    expect(stopped).toEqual([]);
  });
});
