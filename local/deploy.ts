import { parseArgs } from 'node:util';
import { LOCAL_REGION } from './cloud';
import { deployToEmulator } from './deployment/deploy-to-emulator';
import { writeDeployedSources } from './deployment/deployed-sources';
import { sourceDigest } from './deployment/source-digest';
import { emulatorKindAt } from './emulator/emulator-kind';
import { executeApiUrlAt } from './emulator/execute-api-url';
import { gaps } from './emulator/left-out';
import { exclusively } from './exclusive';
import { explainError, LocalCloudError } from './local.errors';
import { taskListOn } from './terminal/task-list';

const USAGE = 'npm run deploy:local -- --endpoint http://localhost:4566';

/** `npm run deploy:local`: the same stacks to an emulator that somebody else runs. */
const main = async (): Promise<void> => {
  const { endpoint = process.env['AWS_ENDPOINT_URL'] } = parseArgs({
    options: { endpoint: { type: 'string' } },
  }).values;
  if (endpoint === undefined || !URL.canParse(endpoint)) {
    throw new LocalCloudError(`no emulator is named: the endpoint is ${endpoint ?? 'missing'}`, USAGE);
  }
  const base = endpoint.replace(/\/$/, '');
  const kind = await emulatorKindAt(base);
  const target = { endpoint: base, region: LOCAL_REGION, kind };
  const digest = await sourceDigest();
  const outputs = await exclusively('bring-up', () => deployToEmulator(target, taskListOn(process.stdout)));
  await writeDeployedSources(target, digest);
  console.log(`\nAPI  ${executeApiUrlAt(base, kind, outputs.get('GatewayService', 'ApiUrl'))}/v1/orders`);
  console.log(`\nWhat this emulator (${kind}) cannot do, and AWS does:`);
  for (const { what } of gaps[kind]) console.log(`  - ${what}`);
};

main().catch((error: unknown) => {
  console.error(`\n${explainError(error)}`);
  process.exitCode = 1;
});
