import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStacksCommand,
  type Output,
} from '@aws-sdk/client-cloudformation';
import { eventually } from '../eventually';
import type { ScratchEmulator } from './scratch-emulator';

/** Makes a stack on a scratch emulator and answers its outputs. */
export const deployScratch = async (
  emulator: ScratchEmulator,
  region: string,
  StackName: string,
  template: object,
): Promise<ReadonlyMap<string, string>> => {
  const client = new CloudFormationClient(emulator.in(region));
  await client.send(
    new CreateStackCommand({ StackName, TemplateBody: JSON.stringify(template), Capabilities: ['CAPABILITY_IAM'] }),
  );
  const stack = await eventually(
    async () => (await client.send(new DescribeStacksCommand({ StackName }))).Stacks?.[0],
    (found) => found?.StackStatus !== 'CREATE_IN_PROGRESS',
  );
  expect(stack).toMatchObject({ StackStatus: 'CREATE_COMPLETE' });
  return new Map(
    (stack?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }: Output) => [OutputKey, OutputValue]),
  );
};

/** A template of a function that may do anything, of what calls it, and of outputs. */
export const functionTemplate = (code: string, more: object, outputs: Readonly<Record<string, unknown>> = {}) => ({
  Resources: {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: ['lambda.amazonaws.com', 'states.amazonaws.com'] },
              Action: 'sts:AssumeRole',
            },
          ],
        },
        Policies: [
          {
            PolicyName: 'All',
            PolicyDocument: {
              Version: '2012-10-17',
              Statement: [
                { Effect: 'Allow', Action: ['dynamodb:*', 'sqs:*', 'lambda:*', 'kinesis:*', 's3:*'], Resource: '*' },
              ],
            },
          },
        ],
      },
    },
    Function: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Timeout: 20,
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
        Code: { ZipFile: code },
      },
    },
    ...more,
  },
  Outputs: Object.fromEntries(
    Object.entries({ Function: { Ref: 'Function' }, ...outputs }).map(([name, Value]) => [name, { Value }]),
  ),
});

/** Resources of a REST API whose every GET the template's function answers. */
export const restApi = {
  Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'api' } },
  Resource: {
    Type: 'AWS::ApiGateway::Resource',
    Properties: {
      RestApiId: { Ref: 'Api' },
      ParentId: { 'Fn::GetAtt': ['Api', 'RootResourceId'] },
      PathPart: '{proxy+}',
    },
  },
  Method: {
    Type: 'AWS::ApiGateway::Method',
    Properties: {
      RestApiId: { Ref: 'Api' },
      ResourceId: { Ref: 'Resource' },
      HttpMethod: 'GET',
      AuthorizationType: 'NONE',
      Integration: {
        Type: 'AWS_PROXY',
        IntegrationHttpMethod: 'POST',
        Uri: {
          'Fn::Sub': 'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Function.Arn}/invocations',
        },
      },
    },
  },
  Deployment: {
    Type: 'AWS::ApiGateway::Deployment',
    DependsOn: ['Method'],
    Properties: { RestApiId: { Ref: 'Api' }, StageName: 'live' },
  },
  Permission: {
    Type: 'AWS::Lambda::Permission',
    Properties: {
      Action: 'lambda:InvokeFunction',
      FunctionName: { Ref: 'Function' },
      Principal: 'apigateway.amazonaws.com',
    },
  },
};
