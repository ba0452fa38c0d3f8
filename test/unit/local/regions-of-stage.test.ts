import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stageConfig } from '../../../lib/app/stages';
import { defaultRegions, regionsOfStage } from '../../../local/deployment/regions-of-stage';
import { LocalCloudError } from '../../../local/local.errors';

const directory = mkdtempSync(join(tmpdir(), 'tenfold-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const settings = (stage: string, text: string): void => writeFileSync(join(directory, `${stage}.json`), text);

test('a stage whose settings name no regions has those that the app gives it', async () => {
  settings('dev', '{"account": "111122223333"}');

  expect(defaultRegions).toEqual(stageConfig('local').regions);
  expect(await regionsOfStage('local', directory)).toEqual(defaultRegions);
  expect(await regionsOfStage('dev', directory)).toEqual(defaultRegions);
});

test('its own settings go first, in their order', async () => {
  settings('prod', '{"regions": ["eu-west-1", "sa-east-1"]}');

  expect(await regionsOfStage('prod', directory)).toEqual(['eu-west-1', 'sa-east-1']);
});

test.each(['{"regions": []}', '{"regions": "sa-east-1"}', 'not JSON'])(
  'settings that say %s are refused',
  async (text) => {
    settings('broken', text);

    await expect(regionsOfStage('broken', directory)).rejects.toThrow(LocalCloudError);
  },
);
