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

let service: FakeService | undefined;
afterEach(() => service?.stop());

/** A region whose AppConfig has these deployments; the text of version 3 is `text 3`. What stops one comes to its end at the second look. */
const regionWith = async (...deployments: Deployment[]) => {
  const stopped: string[] = [];
  service = await FakeService.start((_body, line) => {
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
  const outputs = { ApplicationId: 'app', EnvironmentId: 'env', ProfileId: 'profile' };
  const stacks = new Map([['FlagsService', new Map(Object.entries(outputs))]]);
  const place = { region: 'sa-east-1', endpoint: service.endpoint };
  return { stopped, flags: new AppConfigRegionFlags(place, new StackOutputs('Tenfold', stacks), 0) };
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

      expect(await flags.deployed()).toBe('text 8');
      expect(await flags.underWay()).toEqual({ number: 10, text: 'text 10' });
    },
  );

  it.each(['COMPLETE', 'ROLLED_BACK', 'REVERTED'])('are not under way once the newest is %s', async (state) => {
    const { flags } = await regionWith(deployment(1, 'COMPLETE'), deployment(2, state));

    expect(await flags.underWay()).toBeUndefined();
  });

  it('are none before the first deployment', async () => {
    const { flags } = await regionWith();

    expect([await flags.deployed(), await flags.underWay()]).toEqual([undefined, undefined]);
  });
});

describe('putting a region back', () => {
  it.each(['DEPLOYING', 'BAKING', 'COMPLETE'])(
    'takes back a deployment that is %s, and waits for its end',
    async (state) => {
      const { flags, stopped } = await regionWith(deployment(1, 'COMPLETE'), deployment(2, state));

      await flags.putBack(2);

      expect(stopped).toEqual([expect.stringContaining('/applications/app/environments/env/deployments/2')]);
      expect(await flags.deployed()).toBe('text 1');
      expect(await flags.underWay()).toBeUndefined();
    },
  );

  it('waits for an alarm that was quicker', async () => {
    const { flags, stopped } = await regionWith(deployment(1, 'COMPLETE'), deployment(2, 'ROLLING_BACK'));

    await flags.putBack(2);

    expect(stopped).toEqual([]);
    expect(await flags.underWay()).toBeUndefined();
  });

  it('does not take back what came after the deployment', async () => {
    const { flags, stopped } = await regionWith(deployment(2, 'COMPLETE'), deployment(3, 'COMPLETE'));

    await expect(flags.putBack(2)).rejects.toThrow('deployment 3 came after it');

    expect(stopped).toEqual([]);
  });
});
