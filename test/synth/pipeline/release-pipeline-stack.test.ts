import { App, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { ReleasePipelineStack, type ReleasePipelineStackProps } from '../../../lib/pipeline/release-pipeline-stack';
import { checkedTemplate, context, statements } from '../constructs/synthesize';

const account = '444455556666';

const templateOf = (changes: Partial<ReleasePipelineStackProps> = {}): Template =>
  checkedTemplate(
    new ReleasePipelineStack(new App({ context }), 'Tenfold-Prod-Pipeline', {
      env: { account, region: 'sa-east-1' },
      stage: 'prod',
      stageId: 'Tenfold-Prod',
      regions: ['sa-east-1', 'eu-west-1'],
      waves: [['eu-west-1'], ['sa-east-1']],
      bake: Duration.minutes(30),
      source: {
        connectionArn: `arn:aws:codeconnections:sa-east-1:${account}:connection/0a1b`,
        repository: 'shop/tenfold',
        branch: 'main',
      },
      settings: { account, alarmEmail: 'oncall@example.com' },
      alarmEmail: 'oncall@example.com',
      logRetention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.RETAIN,
      ...changes,
    }),
  );

const template = templateOf();

interface Action {
  readonly Name: string;
  readonly RunOrder: number;
  readonly InputArtifacts?: readonly { readonly Name: string }[];
  readonly Configuration: { readonly ProjectName?: { readonly Ref: string }; readonly [key: string]: unknown };
}
interface PipelineStage {
  readonly Name: string;
  readonly Actions: readonly Action[];
}

const stagesOf = (of: Template): readonly PipelineStage[] => {
  const [pipeline] = Object.values(of.findResources('AWS::CodePipeline::Pipeline'));
  return pipeline?.['Properties'].Stages;
};

const actionOf = (name: string): Action => {
  const found = stagesOf(template)
    .flatMap(({ Actions }) => Actions)
    .find((action) => action.Name === name);
  if (found === undefined) throw new Error(`expected an action ${name}`);
  return found;
};

const projectOf = (name: string) => {
  const projects = template.findResources('AWS::CodeBuild::Project');
  return projects[actionOf(name).Configuration.ProjectName?.Ref ?? '']?.['Properties'];
};

const commandsOf = (name: string): readonly string[] =>
  JSON.parse(projectOf(name).Source.BuildSpec).phases.build.commands;

/** What a step's role may do besides using its log, the artefacts and the repository, as `action on resource`. */
const grantsOf = (name: string): readonly string[] => {
  const role = projectOf(name).ServiceRole['Fn::GetAtt'][0];
  const policies = Object.values(template.findResources('AWS::IAM::Policy')).filter(({ Properties }) =>
    Properties.Roles.some(({ Ref }: { Ref: string }) => Ref === role),
  );
  return statements(policies)
    .flatMap(({ Action, Resource }) => {
      const resources = [Resource].flat().map((one) => (typeof one === 'string' ? one : JSON.stringify(one)));
      return [Action].flat().flatMap((action) => resources.map((resource) => `${action} on ${resource}`));
    })
    .filter((grant) => !/^(s3|kms|logs|codeconnections|codestar-connections):/.test(grant))
    .sort();
};

describe('the pipeline of a stage', () => {
  test('takes a release to the train only from the build through the gate', () => {
    expect(stagesOf(template).map(({ Name }) => Name)).toEqual(['Source', 'Build', 'Gate', 'Train']);
    expect(commandsOf('Gate').at(-1)).toBe('npm run gate -- --stage prod');
    expect(commandsOf('Build').slice(0, 2)).toEqual(['npm run check', 'npm test']);
  });

  test('deploys wave by wave, and lets each region bake before the next one', () => {
    const train = stagesOf(template).at(-1)?.Actions ?? [];
    expect(train.map(({ Name, RunOrder }) => [RunOrder, Name])).toEqual([
      [1, 'Deploy-foundation'],
      [2, 'Deploy-eu-west-1'],
      [3, 'Bake-eu-west-1'],
      [4, 'Deploy-sa-east-1'],
      [5, 'Bake-sa-east-1'],
      [6, 'Deploy-completion'],
    ]);
  });

  test('drives one train with all steps: the execution’s', () => {
    expect(commandsOf('Bake-eu-west-1')).toEqual([
      'npm run release -- bake eu-west-1 --stage prod --train "$TRAIN" --revision "$REVISION" --assembly cdk.out',
    ]);
    const variables = JSON.parse(String(actionOf('Bake-eu-west-1').Configuration['EnvironmentVariables']));
    expect(variables).toEqual(
      expect.arrayContaining([
        { name: 'TRAIN', type: 'PLAINTEXT', value: '#{codepipeline.PipelineExecutionId}' },
        { name: 'REVISION', type: 'PLAINTEXT', value: expect.stringMatching(/^#\{Source.*\.CommitId\}$/) },
      ]),
    );
  });

  test('gives a bake its time', () => {
    expect(projectOf('Bake-eu-west-1').TimeoutInMinutes).toBe(60);
  });

  test('names regions of one wave so that CodePipeline takes it', () => {
    const names = stagesOf(templateOf({ waves: [['eu-west-1', 'sa-east-1']] }))
      .at(-1)
      ?.Actions.map(({ Name }) => Name);
    expect(names).toEqual([
      'Deploy-foundation',
      'Deploy-eu-west-1_sa-east-1',
      'Bake-eu-west-1_sa-east-1',
      'Deploy-completion',
    ]);
    for (const name of names ?? []) expect(name).toMatch(/^[A-Za-z0-9.@_-]{1,100}$/);
  });

  test('starts when something is merged to the branch of the repository', () => {
    expect(actionOf('Source').Configuration).toMatchObject({
      ConnectionArn: `arn:aws:codeconnections:sa-east-1:${account}:connection/0a1b`,
      FullRepositoryId: 'shop/tenfold',
      BranchName: 'main',
    });
  });

  test.each(['Build', 'Gate'])('brings along the settings, which the repository does not have: %s', (name) => {
    const variables: readonly { Name: string; Value: string }[] = projectOf(name).Environment.EnvironmentVariables;
    const settings = variables.find(({ Name }) => Name === 'STAGE_SETTINGS')?.Value ?? '';
    expect(JSON.parse(settings)).toEqual({ account, alarmEmail: 'oncall@example.com' });
    expect(commandsOf(name)).toContain(`printf '%s' "$STAGE_SETTINGS" > config/prod.json`);
  });

  test('asks the gate in a clone with all its history, and takes none of it to the train', () => {
    expect(actionOf('Source').Configuration['OutputArtifactFormat']).toBe('CODEBUILD_CLONE_REF');
    const inputs = (name: string) => actionOf(name).InputArtifacts?.map(({ Name }) => Name);
    expect(['Build', 'Gate', 'Deploy-foundation'].map(inputs)).toEqual([['Sources'], ['Sources'], ['Built']]);
    const { artifacts } = JSON.parse(projectOf('Build').Source.BuildSpec);
    expect(artifacts['exclude-paths']).toContain('.git/**/*');
  });

  test.each([
    ['codeconnections', `arn:aws:codeconnections:sa-east-1:${account}:connection/0a1b`],
    ['codestar-connections', `arn:aws:codestar-connections:sa-east-1:${account}:connection/0a1b`],
  ])('lets the source, the build and the gate use a connection of %s, and nobody else', (service, connectionArn) => {
    const source = { connectionArn, repository: 'shop/tenfold', branch: 'main' };
    const policies = templateOf({ source }).findResources('AWS::IAM::Policy');

    const users = Object.entries(policies).filter(([, policy]) =>
      statements(policy).some(
        ({ Action, Resource }) => [Action].flat().includes(`${service}:UseConnection`) && Resource === connectionArn,
      ),
    );

    expect(users.map(([id]) => id.replace(/(CodePipelineAction)?RoleDefaultPolicy.*/, '')).sort()).toEqual([
      'BuildProject',
      'GateProject',
      'PipelineSource',
    ]);
  });

  test('encrypts what steps hand on with a key of its own, and lets nobody read it without TLS', () => {
    template.hasResourceProperties('AWS::S3::Bucket', {
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          { ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: Match.anyValue() } },
        ],
      },
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, RestrictPublicBuckets: true },
    });
    template.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        ]),
      },
    });
    template.hasResourceProperties('AWS::KMS::Key', { EnableKeyRotation: true });
  });

  test('tells somebody when it fails', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: { source: ['aws.codepipeline'], detail: { state: ['FAILED'] } },
    });
    template.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', Endpoint: 'oncall@example.com' });
  });
});

describe('a step of the pipeline', () => {
  const looks = [
    'cloudformation:DescribeStacks',
    'cloudformation:GetTemplate',
    'cloudwatch:DescribeAlarms',
    'codedeploy:GetDeploymentTarget',
    'codedeploy:ListDeploymentGroups',
    'codedeploy:ListDeploymentTargets',
    'codedeploy:ListDeployments',
  ];
  const logs = ['ssm:DeleteParameter', 'ssm:GetParameter', 'ssm:PutParameter'];
  const actionsOf = (name: string) => [...new Set(grantsOf(name).map((grant) => grant.split(' on ')[0]))];

  test('that builds may do nothing to the account', () => {
    expect(grantsOf('Build')).toEqual([]);
  });

  test('that bakes reads, and keeps the train’s log', () => {
    expect(actionsOf('Bake-eu-west-1')).toEqual([...looks, ...logs]);
    expect(grantsOf('Bake-eu-west-1')).toContain(
      `ssm:PutParameter on arn:aws:ssm:sa-east-1:${account}:parameter/tenfold/prod/train/*`,
    );
  });

  test('that is the gate asks what the stage serves, in its regions', () => {
    const inRegions = (grant: (region: string) => string) => ['eu-west-1', 'sa-east-1'].map(grant);
    const functions = ['Tenfold-Prod-*', 'tenfold-prod-*'];
    expect(grantsOf('Gate')).toEqual(
      [
        ...['DescribeStacks', 'ListStackResources'].flatMap((action) =>
          inRegions(
            (region) =>
              `cloudformation:${action} on arn:aws:cloudformation:${region}:${account}:stack/Tenfold-Prod-${region}-OrderingService/*`,
          ),
        ),
        ...['GetAlias', 'GetFunctionConfiguration'].flatMap((action) =>
          functions.flatMap((name) =>
            inRegions((region) => `lambda:${action} on arn:aws:lambda:${region}:${account}:function:${name}`),
          ),
        ),
        ...inRegions(
          (region) =>
            `lambda:InvokeFunction on arn:aws:lambda:${region}:${account}:function:Tenfold-Prod-*-BackfillOrders*`,
        ),
        `ssm:GetParameter on arn:aws:ssm:sa-east-1:${account}:parameter/tenfold/prod/train/*`,
      ].sort(),
    );
  });

  test.each([
    ['Deploy-eu-west-1', ['eu-west-1']],
    ['Deploy-sa-east-1', ['sa-east-1']],
    ['Deploy-foundation', ['sa-east-1', 'eu-west-1', 'us-east-1']],
    ['Deploy-completion', ['us-east-1']],
  ])('%s acts as the CDK in its own regions only', (name, regions) => {
    const assumed = grantsOf(name).filter((grant) => grant.startsWith('sts:'));
    const roles = regions.flatMap((region) =>
      ['deploy', 'file-publishing'].map(
        (kind) => `sts:AssumeRole on arn:aws:iam::${account}:role/cdk-hnb659fds-${kind}-role-${account}-${region}`,
      ),
    );
    expect(assumed).toEqual(roles.sort());
    expect(actionsOf(name)).toEqual([...looks, ...logs, 'sts:AssumeRole']);
  });

  test('is about stacks of this stage only', () => {
    const stacks = grantsOf('Bake-eu-west-1').filter((grant) => grant.startsWith('cloudformation:'));
    for (const grant of stacks) expect(grant).toContain(`:${account}:stack/Tenfold-Prod-*/*`);
  });
});
