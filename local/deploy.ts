import { parseArgs } from 'node:util';
import { deployToEmulator } from './deployment/deploy-to-emulator';
import { writeDeployedSources } from './deployment/deployed-sources';
import { regionsOfStage, regionsOn } from './deployment/regions-of-stage';
import { sourceDigest } from './deployment/source-digest';
import { readStackOutputs, stackPrefix } from './deployment/stack-outputs';
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
  const regions = await regionsOn(base, await regionsOfStage('local'));
  const digest = await sourceDigest();
  await exclusively('bring-up', () => deployToEmulator({ endpoint: base, regions, kind }, taskListOn(process.stdout)));
  await writeDeployedSources({ endpoint: base, region: regions[0] }, digest);
  console.log('');
  for (const region of regions) {
    const outputs = await readStackOutputs({ endpoint: base, region }, stackPrefix('local', region));
    console.log(`API ${region}  ${executeApiUrlAt(base, kind, outputs.get('GatewayService', 'ApiUrl'))}/v1/orders`);
  }
  console.log(`\nWhat this emulator (${kind}) cannot do, and AWS does:`);
  for (const { what } of gaps[kind]) console.log(`  - ${what}`);
};

main().catch((error: unknown) => {
  console.error(`\n${explainError(error)}`);
  process.exitCode = 1;
});
