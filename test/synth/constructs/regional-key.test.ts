import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { RegionalKey } from '../../../lib/constructs/regional-key';

const { context } = JSON.parse(readFileSync(join(__dirname, '../../../cdk.json'), 'utf8'));

const inTwoRegions = (removalPolicy = RemovalPolicy.RETAIN) => {
  const app = new App({ context });
  const [here, there] = ['eu-west-1', 'us-east-1'].map(
    (region) => new Stack(app, region, { env: { account: '111111111111', region } }),
  );
  if (here === undefined || there === undefined) throw new Error('expected two stacks');
  const statements = [
    new PolicyStatement({
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['kms:Decrypt'],
      resources: ['*'],
    }),
  ];
  const props = { description: 'Orders', removalPolicy, statements };
  const primary = new RegionalKey(here, 'DataKey', props);
  const replica = new RegionalKey(there, 'DataKey', { ...props, primary });
  return { here, there, primary, replica };
};

describe('RegionalKey', () => {
  it('is a rotated multi-Region key in the region that makes it', () => {
    Template.fromStack(inTwoRegions().here).hasResource('AWS::KMS::Key', {
      DeletionPolicy: 'Retain',
      Properties: { MultiRegion: true, EnableKeyRotation: true, Description: 'Orders' },
    });
  });

  it('is a replica of that key in another region', () => {
    Template.fromStack(inTwoRegions().there).hasResource('AWS::KMS::ReplicaKey', {
      DeletionPolicy: 'Retain',
      Properties: {
        Description: 'Orders',
        PrimaryKeyArn: { 'Fn::GetStackOutput': Match.objectLike({ StackName: 'eu-west-1', Region: 'eu-west-1' }) },
      },
    });
  });

  it('goes away with its stack where data do', () => {
    const { here, there } = inTwoRegions(RemovalPolicy.DESTROY);
    Template.fromStack(here).hasResource('AWS::KMS::Key', { DeletionPolicy: 'Delete' });
    Template.fromStack(there).hasResource('AWS::KMS::ReplicaKey', { DeletionPolicy: 'Delete' });
  });

  it('has one policy in all regions: the account, and the services that were named', () => {
    const { here, there } = inTwoRegions();
    const policyOf = (stack: Stack, type: string): unknown =>
      Object.values(Template.fromStack(stack).findResources(type))[0]?.['Properties'].KeyPolicy;
    expect(policyOf(here, 'AWS::KMS::Key')).toMatchObject({
      Statement: [
        { Action: 'kms:*', Principal: { AWS: 'arn:aws:iam::111111111111:root' } },
        { Action: 'kms:Decrypt', Principal: { Service: 'cloudwatch.amazonaws.com' } },
      ],
    });
    expect(policyOf(there, 'AWS::KMS::ReplicaKey')).toEqual(policyOf(here, 'AWS::KMS::Key'));
  });

  it('knows its ARN in another region without asking that region', () => {
    const { here, primary } = inTwoRegions();
    expect(here.resolve(primary.arnIn('us-east-1'))).toEqual({
      'Fn::Join': ['', ['arn:aws:kms:us-east-1:111111111111:key/', { Ref: expect.any(String) }]],
    });
  });
});
