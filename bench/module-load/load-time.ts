import { ProcessFailedError, runProcess } from '../harness/fresh-process';

/** What loading a bundle in a new process took. */
export interface LoadTime {
  /** From calling `require` to its return, in milliseconds of the clock. */
  readonly wall: number;
  /** Milliseconds of CPU in the same span, all threads of the process. */
  readonly cpu: number;
}

/** `require`, as the Lambda runtime loads a CommonJS handler; `import()` would run the CommonJS lexer over the bundle too. */
const program = `
const cpu = process.cpuUsage();
const start = process.hrtime.bigint();
require(process.argv[1]);
const wall = Number(process.hrtime.bigint() - start) / 1e6;
const { user, system } = process.cpuUsage(cpu);
process.stdout.write('\\n' + JSON.stringify({ wall, cpu: (user + system) / 1e3 }), () => process.exit(0));
`;

const isLoadTime = (value: unknown): value is LoadTime =>
  typeof value === 'object' && value !== null && 'wall' in value && 'cpu' in value;

/**
 * Loads a bundle in a process of its own.
 * @throws ProcessFailedError the bundle cannot be loaded
 */
export const loadTime = async (bundle: string, environment: Readonly<Record<string, string>>): Promise<LoadTime> => {
  const { output } = await runProcess(process.execPath, ['-e', program, bundle], { environment });
  const measured: unknown = JSON.parse(output.slice(output.lastIndexOf('\n')));
  if (!isLoadTime(measured)) throw new ProcessFailedError(`expected a time from ${bundle}, got ${output}`);
  return measured;
};
