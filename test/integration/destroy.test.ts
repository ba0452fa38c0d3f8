import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient, paginateListStacks, StackStatus } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, paginateDescribeLogGroups } from '@aws-sdk/client-cloudwatch-logs';
import { CognitoIdentityProviderClient, paginateListUserPools } from '@aws-sdk/client-cognito-identity-provider';
import { DynamoDBClient, paginateListTables } from '@aws-sdk/client-dynamodb';
import { LambdaClient, paginateListEventSourceMappings, paginateListFunctions } from '@aws-sdk/client-lambda';
import { paginateListSecrets, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { paginateListStateMachines, SFNClient } from '@aws-sdk/client-sfn';
import { paginateListTopics, SNSClient } from '@aws-sdk/client-sns';
import { paginateListQueues, SQSClient } from '@aws-sdk/client-sqs';
import { ensureCloud } from '../../local/cloud';
import { clientConfig, type Place } from '../../local/deployment/aws-clients';
import { bootstrap, deployStacks, destroyStacks, type Target } from '../../local/deployment/cdklocal';
import { LOCAL_ACCOUNT } from '../../local/deployment/deploy-to-emulator';
import { launchEmulator, stopEmulator } from '../../local/emulator/emulator-process';
import { choosePort } from '../../local/emulator/free-port';

const count = async <Page>(pages: AsyncIterable<Page>, itemsOf: (page: Page) => readonly unknown[] = () => []) => {
  let found = 0;
  for await (const page of pages) found += itemsOf(page).length;
  return found;
};

/** How much of everything there is. */
const inventoryOf = async (place: Place) => {
  const config = clientConfig(place);
  const lambda = { client: new LambdaClient(config) };
  const standing = Object.values(StackStatus).filter((status) => status !== 'DELETE_COMPLETE');
  const stacks = paginateListStacks({ client: new CloudFormationClient(config) }, { StackStatusFilter: standing });
  const pools = paginateListUserPools({ client: new CognitoIdentityProviderClient(config) }, { MaxResults: 60 });
  const logGroups = paginateDescribeLogGroups({ client: new CloudWatchLogsClient(config) }, {});
  return {
    stacks: await count(stacks, (page) => page.StackSummaries ?? []),
    tables: await count(
      paginateListTables({ client: new DynamoDBClient(config) }, {}),
      (page) => page.TableNames ?? [],
    ),
    queues: await count(paginateListQueues({ client: new SQSClient(config) }, {}), (page) => page.QueueUrls ?? []),
    topics: await count(paginateListTopics({ client: new SNSClient(config) }, {}), (page) => page.Topics ?? []),
    functions: await count(paginateListFunctions(lambda, {}), (page) => page.Functions ?? []),
    mappings: await count(paginateListEventSourceMappings(lambda, {}), (page) => page.EventSourceMappings ?? []),
    sagas: await count(
      paginateListStateMachines({ client: new SFNClient(config) }, {}),
      (page) => page.stateMachines ?? [],
    ),
    userPools: await count(pools, (page) => page.UserPools ?? []),
    secrets: await count(
      paginateListSecrets({ client: new SecretsManagerClient(config) }, {}),
      (page) => page.SecretList ?? [],
    ),
    alarms: await count(
      paginateDescribeAlarms({ client: new CloudWatchClient(config) }, {}),
      (page) => page.MetricAlarms ?? [],
    ),
    logGroups: await count(logGroups, (page) => page.logGroups ?? []),
  };
};

it('leaves nothing behind when it is destroyed, and can be deployed again', async () => {
  // Its stacks are synthesized, and the emulator is installed.
  const { region } = await ensureCloud();
  const directory = await mkdtemp(join(tmpdir(), 'tenfold-'));
  const { state } = await launchEmulator(await choosePort(), region, directory);
  try {
    const target: Target = { endpoint: state.endpoint, region, account: LOCAL_ACCOUNT };
    await bootstrap(target);
    const before = await inventoryOf(target);

    await deployStacks(target, () => undefined);
    const deployed = await inventoryOf(target);
    await destroyStacks(target);
    const destroyed = await inventoryOf(target);
    await deployStacks(target, () => undefined);

    expect(deployed.tables).toBe(6);
    expect(Object.entries(deployed).filter(([what, much]) => much <= before[what as keyof typeof before])).toEqual([]);
    expect(destroyed).toEqual(before);
    expect(await inventoryOf(target)).toEqual(deployed);
  } finally {
    await stopEmulator(state);
    await rm(directory, { recursive: true, force: true });
  }
});
