import { randomInt } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { projectRoot } from '../lib/build/bundle-paths';
import { explainError } from '../local/local.errors';
import { messageOf } from '../local/message-of';
import { drills as catalogue } from './catalogue';
import { parseDrillCommand, USAGE } from './harness/command-line';
import { DeployedSystem } from './harness/deployed-system';
import type { Drill, Protection } from './harness/drill';
import { htmlReport } from './harness/html-report';
import { openCloud } from './harness/open-cloud';
import { plainReport } from './harness/plain-report';
import { taskListProgress } from './harness/progress';
import { readRecords, recordFileName, writeRecord } from './harness/record';
import { runDrill } from './harness/run-drill';
import { refuseLeftoverSabotage } from './harness/variant';
import { isGood } from './harness/verdict';

const outDirectory = join(__dirname, 'out');

const list = (): void => {
  for (const { name, claim, protections } of catalogue) {
    console.log(`${name}: ${claim}`);
    for (const protection of protections) console.log(`  --sabotage ${protection.name}: ${protection.withoutIt}`);
  }
};

const rebuildReport = async (): Promise<string> => {
  const path = join(outDirectory, 'report.html');
  await writeFile(path, htmlReport(await readRecords(outDirectory)));
  return relative(projectRoot, path);
};

/** Which runs were asked for: each drill as it is, or once for each protection to take away. */
const plan = (
  chosen: readonly Drill[],
  sabotage: readonly string[] | undefined,
): { drill: Drill; without?: Protection }[] =>
  chosen.flatMap((drill): { drill: Drill; without?: Protection }[] => {
    if (sabotage === undefined) return [{ drill }];
    const removed = drill.protections.filter(({ name }) => sabotage.includes('all') || sabotage.includes(name));
    return removed.map((without) => ({ drill, without }));
  });

const main = async (words: readonly string[]): Promise<number> => {
  const command = parseDrillCommand(
    words,
    catalogue.map(({ name }) => name),
  );
  switch (command.kind) {
    case 'help':
      console.log(USAGE);
      return 0;
    case 'list':
      list();
      return 0;
    case 'report':
      console.log(`report: ${await rebuildReport()}`);
      return 0;
    case 'mistake':
      console.error(`${command.explanation}\n\n${USAGE}`);
      return 2;
    case 'run':
      break;
  }
  const chosen = catalogue.filter(({ name }) => command.drills.length === 0 || command.drills.includes(name));
  const sabotage = command.sabotage?.split(',');
  const known = chosen.flatMap(({ protections }) => protections.map(({ name }) => name));
  const unknown = (sabotage ?? []).filter((name) => name !== 'all' && !known.includes(name));
  if (unknown.length > 0) {
    console.error(
      `no protection ${unknown.join(', ')} in ${chosen.map(({ name }) => name).join(', ')}; known are ${known.join(', ')}`,
    );
    return 2;
  }
  const runs = plan(chosen, sabotage);
  const here = command.target === 'local' ? undefined : chosen.find(({ localOnly }) => localOnly !== undefined);
  if (here !== undefined) {
    console.error(`drill ${here.name} does not run against AWS: ${here.localOnly}; name the drills that do`);
    return 2;
  }
  const seed = command.seed ?? String(randomInt(1_000_000));
  const progress = taskListProgress(process.stdout, Date.now);
  const { cloud, close } = await openCloud(command);
  const system = new DeployedSystem(cloud);
  let undo: (() => Promise<void>) | undefined;
  // A protection must not stay away because somebody lost patience.
  process.once('SIGINT', () => {
    console.error('\ninterrupted: putting everything back');
    void Promise.resolve(undo?.())
      .then(close)
      .finally(() => process.exit(130));
  });
  const closing: string[] = [];
  let good = true;
  try {
    await refuseLeftoverSabotage(system);
    for (const { drill, without } of runs) {
      const name = `${drill.name}${without ? ` without ${without.name}` : ''}`;
      console.log(`\n${name}: ${drill.claim}\n  seed ${seed}`);
      try {
        const record = await runDrill(drill, {
          seed,
          system,
          progress,
          now: Date.now,
          isReduced: command.isReduced,
          onSabotage: (restore) => {
            undo = restore;
          },
          ...(without ? { without } : {}),
        });
        await writeRecord(outDirectory, record);
        const text = plainReport(record);
        console.log(`${text}\n  record: ${relative(projectRoot, join(outDirectory, recordFileName(record)))}`);
        closing.push(text.slice(text.lastIndexOf('\n') + 1));
        good &&= isGood(record.verdict);
      } catch (error) {
        // One drill that cannot be finished must not keep the others from running.
        console.error(explainError(error));
        closing.push(`✘ ${name}: broke off: ${messageOf(error)} (seed ${seed})`);
        good = false;
      }
    }
  } finally {
    await close();
  }
  console.log(`\n${closing.join('\n')}\nreport: ${await rebuildReport()}`);
  return good ? 0 : 1;
};

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(explainError(error));
    process.exit(1);
  },
);
