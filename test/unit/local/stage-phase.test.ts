import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stageConfig } from '../../../lib/app/stages';
import { setStagePhase } from '../../../local/operator/stage-phase';

const contracted = { version: 3, phase: 'contract', since: '2026-11-23' } as const;
const folder = () => mkdtemp(join(tmpdir(), 'tenfold-config-'));
const settingsIn = async (file: string) => JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;

it('writes the phase into the settings of the stage, and leaves the rest of them as it is', async () => {
  const directory = await folder();
  const settings = { account: '111122223333', alarmEmail: 'oncall@example.com', saga: { stepRetries: 1 } };
  await writeFile(
    join(directory, 'dev.json'),
    JSON.stringify({ ...settings, schemaPhases: { order: { version: 3, phase: 'cutover' } } }),
  );

  const file = await setStagePhase('dev', 'order', contracted, directory);

  expect(await settingsIn(file)).toEqual({ ...settings, schemaPhases: { order: contracted } });
  expect(stageConfig('dev', await settingsIn(file)).schemaPhases).toEqual({ order: contracted });
  expect(await readdir(directory)).toEqual(['dev.json']);
});

it('makes the settings of a stage that has none', async () => {
  const file = await setStagePhase('local', 'order', contracted, await folder());

  expect(await settingsIn(file)).toEqual({ schemaPhases: { order: contracted } });
});
