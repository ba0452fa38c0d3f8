import { Duration, Stack } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { type ConsumerEnvironment, ExactlyOnceConsumer } from '../../../lib/constructs/exactly-once-consumer';
import { Saga } from '../../../lib/constructs/saga';
import { ServiceFunction } from '../../../lib/constructs/service-function';
import { allowedActions, checkedTemplate, statements, testStack } from './synthesize';

type Env = { readonly AWS_REGION: string };

const aliasIn = (stack: Stack, id: string) =>
  new ServiceFunction<Env>(stack, id, { entry: 'a/b', environment: {}, failureImpact: 'Orders wait.' }).alias;

/** The saga of an order, with the charge queue in a stack of its own as in the store. */
const withSaga = () => {
  const stack = testStack();
  const payments = new Stack(stack, 'Payments', { env: { account: stack.account, region: stack.region } });
  const charges = new ExactlyOnceConsumer<ConsumerEnvironment>(payments, 'Charges', {
    entry: 'payments/charge-payment',
    environment: {},
    consumer: 'payments.charge',
    failureImpact: 'Customers are not charged.',
  });
  const saga = new Saga(stack, 'OrderSaga', {
    steps: [
      {
        name: 'reserve',
        invoke: aliasIn(stack, 'Reserve'),
        compensation: { name: 'release', invoke: aliasIn(stack, 'Release') },
      },
      {
        name: 'charge',
        invoke: { consumer: charges, command: { type: 'payments.ChargePayment.v1', fields: ['orderId'] } },
      },
      { name: 'confirm', invoke: aliasIn(stack, 'Confirm') },
    ],
    dataFields: ['orderId', 'paymentMethod'],
    pivot: 'confirm',
    parkCase: aliasIn(stack, 'Park'),
    close: aliasIn(stack, 'Close'),
    subjectKind: 'order',
    source: '/tenfold/ordering',
    encryptionKey: new Key(stack, 'Key', { enableKeyRotation: true }),
    failureImpact: 'Orders are neither done nor undone.',
    stepPatience: { timeout: Duration.seconds(20), retries: 4, interval: Duration.seconds(2) },
  });
  const starter = new ServiceFunction<Env>(stack, 'Start', {
    entry: 'a/b',
    environment: {},
    failureImpact: 'Orders wait.',
  });
  saga.grantStart(starter);
  const lister = new ServiceFunction<Env>(stack, 'List', {
    entry: 'a/b',
    environment: {},
    failureImpact: 'Orders wait.',
  });
  saga.grantList(lister);
  return checkedTemplate(stack);
};

describe('Saga', () => {
  it('is a Standard machine with encrypted data, traced, and logged without data', () => {
    withSaga().hasResourceProperties('AWS::StepFunctions::StateMachine', {
      StateMachineType: Match.absent(),
      EncryptionConfiguration: {
        Type: 'CUSTOMER_MANAGED_KMS_KEY',
        KmsKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Key'), 'Arn'] },
      },
      LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: false },
      TracingConfiguration: { Enabled: true },
    });
  });

  it('calls aliases and never the latest code', () => {
    const invoke = statements(withSaga().toJSON()).filter(({ Action }) => Action === 'lambda:InvokeFunction');
    const resources = invoke.flatMap(({ Resource }) => Resource);
    expect(resources).toHaveLength(5);
    for (const resource of resources) expect(JSON.stringify(resource)).toMatch(/^{"Ref":"\w+Live\w+"}$/);
  });

  it('gives each step the patience that it was given', () => {
    const [machine] = Object.values(withSaga().findResources('AWS::StepFunctions::StateMachine'));
    const definition = JSON.stringify(machine?.['Properties'].DefinitionString);
    expect(definition).toContain('\\"TimeoutSeconds\\":20');
    expect(definition).toContain('\\"MaxAttempts\\":4');
  });

  it('lets the consumer of its command answer, from a policy on its own side', () => {
    withSaga().hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Action: ['states:SendTaskFailure', 'states:SendTaskSuccess'] }),
        ]),
      },
      Roles: [{ 'Fn::GetStackOutput': Match.anyValue() }],
    });
  });

  it('lets a starter start executions and use the key', () => {
    withSaga().hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Action: 'states:StartExecution' }),
          Match.objectLike({ Action: ['kms:Decrypt', 'kms:GenerateDataKey'] }),
        ]),
      },
      Roles: [{ Ref: Match.stringLikeRegexp('^Start') }],
    });
  });

  it('lets a lister list the executions of this machine, and nothing more', () => {
    withSaga().hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          {
            Action: 'states:ListExecutions',
            Effect: 'Allow',
            Resource: { Ref: Match.stringLikeRegexp('^OrderSagaStateMachine') },
          },
        ]),
      },
      Roles: [{ Ref: Match.stringLikeRegexp('^List') }],
    });
    expect(statements(withSaga().toJSON()).filter(({ Action }) => Action === 'states:ListExecutions')).toHaveLength(1);
  });

  it('grants no action by wildcard', () => {
    const actions = allowedActions(withSaga()).filter((action) => action !== 'kms:*');
    expect(actions.filter((action) => action.includes('*'))).toEqual([]);
  });

  it.each(['ExecutionsFailed', 'ExecutionsTimedOut', 'ExecutionsAborted'])('rings on %s', (metric) => {
    withSaga().hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: metric,
      AlarmDescription: 'Orders are neither done nor undone. Runbook: docs/runbooks/sagas.md#failed-executions',
    });
  });
});
