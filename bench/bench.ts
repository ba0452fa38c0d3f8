import { join } from 'node:path';
import { styleText } from 'node:util';
import { DeployedSystem } from '../drills/harness/deployed-system';
import { type OpenCloud, openCloud } from '../drills/harness/open-cloud';
import { taskListProgress } from '../drills/harness/progress';
import { projectRoot } from '../lib/build/bundle-paths';
import { batchCpu } from './batch-cpu/batch-cpu.bench';
import { bundleSize } from './bundle-size/bundle-size.bench';
import { detectionTime } from './detection-time/detection-time.bench';
import { flagEvaluation } from './flag-evaluation/flag-evaluation.bench';
import type { Benchmark, Workbench } from './harness/benchmark';
import { parseBenchCommand, USAGE } from './harness/command-line';
import { recordOf, writeRecord } from './harness/record';
import { tableOf } from './harness/table';
import { moduleLoad } from './module-load/module-load.bench';
import { outboxLatency } from './outbox-latency/outbox-latency.bench';
import { sagaThroughput } from './saga-throughput/saga-throughput.bench';
import { storeCalls } from './store-calls/store-calls.bench';
import { streamCpu } from './stream-cpu/stream-cpu.bench';
import { synthTime } from './synth-time/synth-time.bench';

const benchmarks: readonly Benchmark[] = [
  bundleSize,
  moduleLoad,
  synthTime,
  batchCpu,
  streamCpu,
  flagEvaluation,
  detectionTime,
  storeCalls,
  outboxLatency,
  sagaThroughput,
];

const print = (line = ''): void => {
  process.stdout.write(`${line}\n`);
};

const runOne = async (benchmark: Benchmark, workbench: Workbench): Promise<number> => {
  print(`\n${styleText('bold', benchmark.name)}: ${benchmark.compares}`);
  const findings = await benchmark.run(workbench);
  const record = recordOf(benchmark, findings, new Date());
  print();
  for (const line of tableOf(findings.measurements)) print(`  ${line}`);
  print();
  for (const note of findings.notes) print(`  · ${note}`);
  print(`  → ${await writeRecord(join(projectRoot, 'bench', 'out'), record)}`);
  return record.measurements.filter(({ verdict }) => verdict === 'missed').length;
};

const runAll = async (chosen: readonly Benchmark[]): Promise<number> => {
  let opened: Promise<OpenCloud> | undefined;
  const system = async (): Promise<DeployedSystem> => {
    opened ??= openCloud({ target: 'local', stage: 'local' });
    return new DeployedSystem((await opened).cloud);
  };
  const workbench = { progress: taskListProgress(process.stdout, () => performance.now()), system };
  try {
    let missed = 0;
    for (const benchmark of chosen) missed += await runOne(benchmark, workbench);
    return missed;
  } finally {
    await (await opened)?.close();
  }
};

const main = async (): Promise<number> => {
  const command = parseBenchCommand(
    process.argv.slice(2),
    benchmarks.map(({ name }) => name),
  );
  switch (command.kind) {
    case 'help':
      print(USAGE);
      return 0;
    case 'list':
      for (const { name, compares } of benchmarks) print(`${name}: ${compares}`);
      return 0;
    case 'mistake':
      print(`${command.explanation}\n\n${USAGE}`);
      return 2;
    case 'run': {
      const chosen = benchmarks.filter(
        ({ name }) => command.benchmarks.length === 0 || command.benchmarks.includes(name),
      );
      const missed = await runAll(chosen);
      print(`\n${missed === 0 ? 'every bar is met' : `${missed} ${missed === 1 ? 'bar is' : 'bars are'} missed`}`);
      return command.check && missed > 0 ? 1 : 0;
    }
  }
};

main().then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 1;
  },
);
