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

/** Something that is counted. */
type Kind = keyof Awaited<ReturnType<typeof inventoryOf>>;

it('leaves nothing behind in any region when it is destroyed, and can be deployed again', async () => {
  // Its stacks are synthesized, and the emulator is installed.
  const cloud = await ensureCloud();
  const [, ...others] = cloud.regions.map(({ region }) => region);
  const directory = await mkdtemp(join(tmpdir(), 'tenfold-'));
  const { state } = await launchEmulator(await choosePort(), cloud.region, directory);
  const { endpoint } = state;
  try {
    const target: Target = { endpoint, regions: [cloud.region, ...others], account: LOCAL_ACCOUNT };
    const inventory = () => Promise.all(target.regions.map((region) => inventoryOf({ endpoint, region })));
    await bootstrap(target);
    const before = await inventory();

    await deployStacks(target, () => undefined);
    const deployed = await inventory();
    await destroyStacks(target);
    const destroyed = await inventory();
    await deployStacks(target, () => undefined);

    // The table of the sandbox is in the first region only.
    expect(deployed.map(({ tables }) => tables)).toEqual([9, ...others.map(() => 8)]);
    for (const [index, found] of deployed.entries()) {
      const missing = Object.entries(found).filter(([what, much]) => much <= (before[index]?.[what as Kind] ?? 0));
      expect(missing).toEqual([]);
    }
    expect(destroyed).toEqual(before);
    expect(await inventory()).toEqual(deployed);
  } finally {
    await stopEmulator(state);
    await rm(directory, { recursive: true, force: true });
  }
}, 300_000);
