import { probes } from '../../../contracts/openapi/probes';
import { stageConfig } from '../../../lib/app/stages';
import { judgeSeconds } from '../../../lib/contexts/release';
import { type Placed, resourcesOf, synthesize } from './synthesized';

const stacks = synthesize('prod');
const regions = ['sa-east-1', 'us-east-1'];
const text = (value: unknown): string => (value === undefined ? '' : JSON.stringify(value));
const groups = resourcesOf(stacks, 'AWS::CodeDeploy::DeploymentGroup');
const updatePolicyOf = (alias: Placed): unknown => Reflect.get(alias, 'UpdatePolicy');

describe('the releases of a stage', () => {
  test('have one application a region, and a group for each operation of the contract', () => {
    const applications = resourcesOf(stacks, 'AWS::CodeDeploy::Application');
    expect(applications.map(({ stack, Properties }) => [stack, Properties['ApplicationName']])).toEqual(
      regions.map((region) => [`${region}/ReleaseService`, 'tenfold-prod']),
    );
    for (const region of regions) {
      const named = groups
        .filter(({ stack }) => stack.startsWith(region))
        .map((group) => group.Properties['DeploymentGroupName']);
      expect(named.toSorted()).toEqual(Object.keys(probes).toSorted());
    }
  });

  test('shift a tenth, and leave the judge its time', () => {
    const { release } = stageConfig('local');
    expect(judgeSeconds(release)).toBeLessThan(release.intervalMinutes * 60);
    const configs = resourcesOf(stacks, 'AWS::CodeDeploy::DeploymentConfig');
    expect(configs.map(({ Properties }) => Properties['TrafficRoutingConfig'])).toEqual(
      regions.map(() => ({
        Type: 'TimeBasedCanary',
        TimeBasedCanary: { CanaryInterval: 20, CanaryPercentage: 10 },
      })),
    );
  });

  test('are understood without another stack: an update policy has names, and a group of its own', () => {
    const aliases = resourcesOf(stacks, 'AWS::Lambda::Alias').filter((alias) => updatePolicyOf(alias) !== undefined);
    expect(aliases).toHaveLength(groups.length);
    for (const alias of aliases) {
      expect(updatePolicyOf(alias)).toEqual({
        CodeDeployLambdaAliasUpdate: {
          ApplicationName: 'tenfold-prod',
          DeploymentGroupName: { Ref: expect.any(String) },
          BeforeAllowTrafficHook: 'tenfold-prod-exercise-version:live',
          AfterAllowTrafficHook: 'tenfold-prod-require-verdict:live',
        },
      });
    }
  });

  test('come after their hooks', () => {
    const released = new Set(groups.map(({ stack }) => stack));
    for (const { id, region, dependencies } of stacks.filter((stack) => released.has(stack.id)))
      expect({ id, dependencies }).toEqual({
        id,
        dependencies: expect.arrayContaining([`${region}/ReleaseService`]),
      });
  });

  test('are watched by who watches the judge', () => {
    for (const group of groups) {
      const watched = text(group.Properties['AlarmConfiguration']);
      expect(watched.match(/Judge(Failed|TimedOut|Aborted)Alarm/g)?.length ?? 0).toBe(3);
    }
  });

  test('may be asked by nobody but hooks and judge, version by version', () => {
    const invoking = resourcesOf(stacks, 'AWS::IAM::Policy').filter(({ Properties }) =>
      ['lambda:InvokeFunction', ',":*"]'].every((part) => text(Properties).includes(part)),
    );
    expect(invoking).toHaveLength(groups.length);
    for (const { Properties } of invoking) {
      expect(text(Properties['Roles'])).toMatch(/ExerciseVersionRole.*JudgeCanaryRole/);
      expect(text(Properties['PolicyDocument'])).not.toContain('UpdateAlias');
    }
  });
});

test('a broken glass is seen in an output that says why', () => {
  const regions: [string] = ['sa-east-1'];
  const { release } = stageConfig('local', { regions });
  const breakGlass = { reason: 'orders fail since 10:40' };
  const broken = synthesize('dev', { regions, release: { ...release, windowSeconds: 60, bakeMinutes: 5, breakGlass } });
  const { template } = broken.find(({ name }) => name === 'ReleaseService') ?? {};
  expect(template?.Outputs?.['BreakGlass']?.Value).toContain('orders fail since 10:40');
  for (const group of resourcesOf(broken, 'AWS::CodeDeploy::DeploymentGroup'))
    expect(group.Properties).toMatchObject({
      DeploymentConfigName: 'CodeDeployDefault.LambdaAllAtOnce',
      AlarmConfiguration: { Enabled: false },
    });
});
