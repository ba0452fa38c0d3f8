import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StageConfigError } from '../../../../lib/app/stage-config';
import type { FlagsCommand } from '../../../../local/flags/flags-command';
import { regionsMeant } from '../../../../local/flags/regions-meant';
import { projectRoot } from '../../../../local/paths';

const command: FlagsCommand = { kind: 'list' };
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tenfold-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

it('refuses a stage whose settings are not here: nobody knows where it is', async () => {
  await expect(regionsMeant({ command, stage: 'prod' }, directory)).rejects.toThrow(StageConfigError);
});

it('means all regions of the stage, or the one that is named', async () => {
  const example = JSON.parse(readFileSync(join(projectRoot, 'config', 'prod.example.json'), 'utf8'));
  const regions = ['eu-west-1', 'sa-east-1'];
  writeFileSync(join(directory, 'prod.json'), JSON.stringify({ ...example, regions }));

  expect(await regionsMeant({ command, stage: 'prod' }, directory)).toEqual(regions);
  expect(await regionsMeant({ command, stage: 'prod', region: 'sa-east-1' }, directory)).toEqual(['sa-east-1']);
  await expect(regionsMeant({ command, stage: 'prod', region: 'us-east-1' }, directory)).rejects.toThrow(
    'no region us-east-1 of stage prod; there are eu-west-1, sa-east-1',
  );
});
