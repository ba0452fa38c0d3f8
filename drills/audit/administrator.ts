import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStacksCommand,
  waitUntilStackCreateComplete,
} from '@aws-sdk/client-cloudformation';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { AuditorConfig } from '../../local/audit/auditor';
import { clientConfig, type Place } from '../../local/deployment/aws-clients';
import type { Restore } from '../harness/drill';

/** Somebody who may do everything in the account that a policy of IAM can allow. */
export interface Administrator {
  /** What clients are made with that act as the administrator. */
  readonly config: AuditorConfig;
  readonly remove: Restore;
}

const ROLE = 'Administrator';
const CREATION_SECONDS = 120;

const templateFor = (account: string) => ({
  Resources: {
    [ROLE]: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'sts:AssumeRole' },
          ],
        },
        Policies: [
          {
            PolicyName: 'Everything',
            PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
          },
        ],
      },
    },
  },
  Outputs: { RoleArn: { Value: { 'Fn::GetAtt': [ROLE, 'Arn'] } } },
});

/**
 * Makes an administrator, in a stack of its own, and becomes one.
 * @throws TypeError there are no credentials for it
 */
export const becomeAdministrator = async (place: Place, account: string, name: string): Promise<Administrator> => {
  const config = clientConfig(place);
  const client = new CloudFormationClient(config);
  const StackName = `drill-administrator-${name}`;
  const TemplateBody = JSON.stringify(templateFor(account));
  await client.send(new CreateStackCommand({ StackName, TemplateBody, Capabilities: ['CAPABILITY_IAM'] }));
  const remove = async (): Promise<void> => {
    await client.send(new DeleteStackCommand({ StackName }));
  };
  try {
    await waitUntilStackCreateComplete(
      { client, maxWaitTime: CREATION_SECONDS, minDelay: 1, maxDelay: 2 },
      { StackName },
    );
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName }));
    const RoleArn = Stacks[0]?.Outputs?.find(({ OutputKey }) => OutputKey === 'RoleArn')?.OutputValue;
    const assume = new AssumeRoleCommand({ RoleArn, RoleSessionName: 'drill' });
    const { Credentials } = await new STSClient(config).send(assume);
    const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials ?? {};
    if (AccessKeyId === undefined || SecretAccessKey === undefined || SessionToken === undefined)
      throw new TypeError(`no credentials for ${RoleArn ?? 'a role without an ARN'}`);
    const credentials = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
    return { config: { ...config, credentials }, remove };
  } catch (error) {
    await remove();
    throw error;
  }
};
