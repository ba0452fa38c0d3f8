import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { flagSetOf, parseFlagsFile } from '../lib/app/flags-file';
import { readStageSettings } from '../lib/app/stage-settings';
import { stageConfig } from '../lib/app/stages';
import { TenfoldStage } from '../lib/app/tenfold-stage';

const app = new App();
const stage = String(app.node.tryGetContext('stage') ?? 'local');
const identityEndpoint: unknown = app.node.tryGetContext('identityEndpoint');
const regions: unknown = app.node.tryGetContext('regions');
const breakGlass: unknown = app.node.tryGetContext('breakGlass');
const settings = readStageSettings(stage);
const release: unknown = settings['release'] ?? {};
const config = stageConfig(stage, {
  ...settings,
  ...(typeof regions === 'string' ? { regions: regions.split(',') } : {}),
  ...(typeof identityEndpoint === 'string' ? { identityEndpoint } : {}),
  // A release that is no object is left for the check of the whole to complain of.
  ...(typeof breakGlass === 'string' && typeof release === 'object'
    ? { release: { ...release, breakGlass: { reason: breakGlass } } }
    : {}),
});

// Flags are deployed by `npm run flags`, and not by a stack; but a stage whose flags are wrong is not worth deploying.
const flagsFile = join(__dirname, '..', 'config', 'flags.json');
flagSetOf(parseFlagsFile(readFileSync(flagsFile, 'utf8'), 'config/flags.json'), config.name);

new TenfoldStage(app, TenfoldStage.idFor(config.name), { config });
app.synth();
