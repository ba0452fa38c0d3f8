import { GetAliasCommand, InvokeCommand, LambdaClient, paginateListFunctions } from '@aws-sdk/client-lambda';
import { probes } from '../../contracts/openapi/probes';
import { LambdaFunctionVersions } from '../../lambdas/release/lambda-function-versions.adapter';
import { faultIn, probeEvent } from '../../lambdas/release/probe';
import { clientConfig } from '../../local/deployment/aws-clients';
import { deployedStore } from './deployed-store';

const store = deployedStore();

/** How the name begins that CloudFormation gives and cuts short, after the stage and the region; or the name that regions know. */
const namesOf: { readonly [operation: string]: string } = {
  placeOrder: 'OrderingService-PlaceOrder',
  readOrder: 'OrderingService-ReadOrder',
  cancelOrder: 'tenfold-local-cancel-order',
  recordActivity: 'ActivityService-RecordAct',
  readActivity: 'ActivityService-ReadAct',
  checkHealth: 'EdgeService-CheckHealth',
};

const functionNamed = async (part: string): Promise<string> => {
  for await (const { Functions = [] } of paginateListFunctions({ client: store().system.lambda }, {})) {
    const found = Functions.find(({ FunctionName }) => FunctionName?.includes(part));
    if (found?.FunctionName !== undefined) return found.FunctionName;
  }
  throw new Error(`no function is called ${part}`);
};

const servedVersion = async (FunctionName: string): Promise<string> => {
  const alias = await store().system.lambda.send(new GetAliasCommand({ FunctionName, Name: 'live' }));
  return alias.FunctionVersion ?? 'none';
};

test.each(Object.keys(probes))(
  'a deployed version answers every probe of %s as the contract says',
  async (operation) => {
    const functionName = await functionNamed(namesOf[operation] ?? operation);
    const version = await servedVersion(functionName);
    const versions = new LambdaFunctionVersions(clientConfig(store().cloud));
    const asked = probes[operation] ?? [];

    const faults: unknown[] = [];
    for (const probe of asked) {
      const answer = await versions.ask(functionName, version, probeEvent(probe, `it-${process.pid}`));
      faults.push(answer.kind === 'failed' ? answer : faultIn(probe, answer.payload));
    }

    expect(faults).toEqual(asked.map(() => undefined));
  },
);

test('the judge may ask both versions and read their metrics, and promotes a version that is as good as itself', async () => {
  const functionName = await functionNamed('OrderingService-ReadOrder');
  const version = await servedVersion(functionName);
  const lambda = new LambdaClient({ ...clientConfig(store().cloud), requestHandler: { requestTimeout: 95_000 } });
  const request = {
    ...{ deploymentId: `d-it-${process.pid}`, operation: 'readOrder', functionName, alias: 'live' },
    ...{ currentVersion: version, targetVersion: version, from: new Date().toISOString(), window: 2 },
  };

  const { Payload, FunctionError } = await lambda.send(
    new InvokeCommand({
      FunctionName: `${await functionNamed('ReleaseService-JudgeCanary')}:live`,
      Payload: JSON.stringify(request),
    }),
  );

  const answer: unknown = JSON.parse(Buffer.from(Payload ?? []).toString('utf8'));
  expect({ FunctionError, answer }).toMatchObject({
    FunctionError: undefined,
    answer: { verdict: 'promote', decidedBy: 'synthetic', faults: { old: [], new: [] } },
  });
});
