import { type Placed, resourcesOf, synthesize } from './synthesized';

const account = '444455556666';
const here = (stacks: ReturnType<typeof synthesize>, type: string, stack = 'AuditStore'): readonly Placed[] =>
  resourcesOf(stacks, type).filter((resource) => resource.stack === `sa-east-1/${stack}`);
const prod = synthesize('prod');
const local = synthesize('local');

/** CloudFormation's text of an ARN, with the partition put in. */
const textOf = (value: unknown): string =>
  JSON.stringify(value).replaceAll(
    /\{"Fn::Join":\["",\["arn:",\{"Ref":"AWS::Partition"\},"([^"]*)"\]\]\}/g,
    '"arn:aws$1"',
  );

interface Statement {
  readonly Effect: string;
  readonly Principal: { readonly AWS: unknown };
  readonly Action: string | readonly string[];
  readonly Condition?: unknown;
}

const keyPolicy = (stacks: ReturnType<typeof synthesize>, id: string): readonly Statement[] => {
  const key = here(stacks, 'AWS::KMS::Key').find(({ logicalId }) => logicalId.startsWith(id));
  return (key?.Properties['KeyPolicy'] as { Statement: readonly Statement[] }).Statement;
};

const allowing = (policy: readonly Statement[], action: string): readonly Statement[] =>
  policy.filter(
    ({ Effect, Action }) => Effect === 'Allow' && [Action].flat().some((one) => one === action || one === 'kms:*'),
  );

const administrators = [
  `arn:aws:iam::${account}:role/cdk-hnb659fds-cfn-exec-role-${account}-sa-east-1`,
  `arn:aws:iam::${account}:role/break-glass`,
];

describe.each(['StoreKey', 'SealKey'])('the %s of prod', (id) => {
  const policy = keyPolicy(prod, id);

  test.each(['kms:PutKeyPolicy', 'kms:ScheduleKeyDeletion', 'kms:DisableKey'])(
    'lets CloudFormation and the break glass %s, and nobody else of the account',
    (action) => {
      expect(allowing(policy, action).map(({ Condition }) => JSON.parse(textOf(Condition)))).toEqual([
        { ArnLike: { 'aws:PrincipalArn': administrators } },
      ]);
    },
  );

  test('hands out no grants', () => {
    expect(allowing(policy, 'kms:CreateGrant')).toEqual([]);
    const denied = policy.filter(
      ({ Effect, Action }) => Effect === 'Deny' && [Action].flat().includes('kms:CreateGrant'),
    );
    expect(denied).toHaveLength(1);
  });
});

test('one role signs seals, by the key’s own policy, and it is the one of the function that seals', () => {
  const sealer = `arn:aws:iam::${account}:role/tenfold-prod-audit-seal-sa-east-1`;
  const policy = keyPolicy(prod, 'SealKey');

  expect(allowing(policy, 'kms:Sign').map(({ Condition }) => JSON.parse(textOf(Condition)))).toEqual([
    { ArnEquals: { 'aws:PrincipalArn': sealer } },
  ]);
  expect(
    policy.filter(({ Effect }) => Effect === 'Deny').map(({ Condition }) => JSON.parse(textOf(Condition))),
  ).toEqual([{ ArnNotEquals: { 'aws:PrincipalArn': sealer } }]);
  const named = here(prod, 'AWS::IAM::Role', 'AuditService').filter(({ Properties }) => 'RoleName' in Properties);
  expect(named.map(({ logicalId, Properties }) => [logicalId.slice(0, 10), Properties['RoleName']])).toEqual([
    ['SealChains', 'tenfold-prod-audit-seal-sa-east-1'],
  ]);
});

test.each(['kms:Decrypt', 'kms:GenerateDataKey'])(
  'nobody of the account has %s on the StoreKey by IAM alone',
  (action) => {
    for (const { Principal, Condition } of allowing(keyPolicy(prod, 'StoreKey'), action)) {
      if (textOf(Principal.AWS).includes(':root')) expect(textOf(Condition)).toContain('aws:PrincipalArn');
    }
  },
);

const auditorTrust = (stacks: ReturnType<typeof synthesize>): unknown => {
  const auditor = here(stacks, 'AWS::IAM::Role').find(({ logicalId }) => logicalId.startsWith('Auditor'));
  const { Statement } = auditor?.Properties['AssumeRolePolicyDocument'] as { readonly Statement: readonly Statement[] };
  return Statement.map(({ Principal, Condition }) => [JSON.parse(textOf(Principal.AWS)), Condition]);
};

test('prod names who may become the auditor, with a second factor; a local cloud leaves it to IAM', () => {
  expect(auditorTrust(prod)).toEqual([
    [`arn:aws:iam::${account}:role/privacy-office`, { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }],
  ]);
  expect(auditorTrust(local)).toEqual([['arn:aws:iam::000000000000:root', undefined]]);
});

test('CloudTrail logs whoever touches an object, and a change of a bucket, a key or of who watches them rings', () => {
  const [trail] = here(prod, 'AWS::CloudTrail::Trail');
  expect(trail?.Properties).toMatchObject({ EnableLogFileValidation: true, IsLogging: true });
  expect(textOf(trail?.Properties['EventSelectors'])).toContain('AWS::S3::Object');

  const patterns = here(prod, 'AWS::Events::Rule').map(({ Properties }) => textOf(Properties['EventPattern']));
  const rung = here(prod, 'AWS::CloudWatch::Alarm').filter(
    ({ Properties }) => Properties['MetricName'] === 'MatchedEvents',
  );
  expect(patterns.filter((pattern) => pattern.includes('CloudTrail'))).toHaveLength(3);
  expect(patterns.some((pattern) => pattern.includes('StopLogging'))).toBe(true);
  expect(patterns.some((pattern) => pattern.includes('PutKeyPolicy'))).toBe(true);
  expect(rung).toHaveLength(3);
  for (const { Properties } of rung) expect(Properties['AlarmDescription']).toContain('audit.md#changed-rights');
});
