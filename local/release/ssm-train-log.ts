import { setTimeout as sleep } from 'node:timers/promises';
import {
  DeleteParameterCommand,
  GetParameterCommand,
  ParameterAlreadyExists,
  ParameterNotFound,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { z } from 'zod';
import { clientConfig, type Place } from '../deployment/aws-clients';
import { withAborted } from './aborted-trains';
import { settlingSeconds } from './settling-time';
import type { Train, TrainEnding, TrainLog, TrainProgress, WaveRecord } from './train-log.port';

const train = z.object({
  id: z.string(),
  by: z.string(),
  startedAt: z.string(),
  revision: z.string(),
  despite: z.array(z.string()),
});

const progress = z.object({
  wave: z.string(),
  step: z.enum(['deploying', 'baking']),
  until: z.optional(z.string()),
});

const ending = z.object({
  id: z.string(),
  how: z.enum(['arrived', 'stopped', 'aborted']),
  why: z.string(),
  by: z.string(),
  at: z.string(),
});

const waves = z.record(
  z.string(),
  z.object({
    digest: z.string(),
    reads: z.optional(z.string()),
    revision: z.string(),
    before: z.optional(z.string()),
    deployedAt: z.string(),
    bakedAt: z.optional(z.string()),
  }),
);

/** As much of a reason as a parameter surely takes: 4 KB in all. */
const longestWhy = 2_000;

/** The train of a stage in parameters of Systems Manager, `/tenfold/<stage>/train/*`, in the primary region. */
export class SsmTrainLog implements TrainLog {
  readonly #client: SSMClient;
  /** Version of the waves that this process has written last. */
  #wavesVersion = 0;

  /** @param pause waits so many milliseconds */
  constructor(
    place: Place,
    private readonly stage: string,
    private readonly pause: (milliseconds: number) => Promise<unknown> = (milliseconds) => sleep(milliseconds),
  ) {
    this.#client = new SSMClient(clientConfig(place));
  }

  running = (): Promise<Train | undefined> => this.read('running', train);
  last = (): Promise<TrainEnding | undefined> => this.read('last', ending);
  aborted = async (): Promise<readonly string[]> => (await this.read('aborted', z.array(z.string()))) ?? [];
  progress = (): Promise<TrainProgress | undefined> => this.read('progress', progress);

  async report(at: TrainProgress): Promise<void> {
    await this.put('progress', at, true);
  }

  /** Not before it shows what this process has written: whoever adds a wave to less would remove one. */
  async waves(): Promise<Readonly<Record<string, WaveRecord>>> {
    for (let seconds = 0; ; seconds += 1) {
      const found = await this.find('waves');
      const { version } = found;
      if (version >= this.#wavesVersion) return found.value === undefined ? {} : waves.parse(found.value);
      if (seconds === settlingSeconds)
        throw new Error(
          `${this.name('waves')} is shown in version ${version}; expected version ${this.#wavesVersion}, which was written ${seconds} s ago`,
        );
      await this.pause(1_000);
    }
  }

  async begin(begun: Train): Promise<boolean> {
    try {
      // Made and never overwritten: of two that begin at once, one is refused.
      await this.put('running', begun, false);
      return true;
    } catch (error) {
      if (error instanceof ParameterAlreadyExists) return false;
      throw error;
    }
  }

  async end(ended: TrainEnding): Promise<void> {
    if (ended.how === 'aborted') await this.put('aborted', withAborted(await this.aborted(), ended), true);
    await this.put('last', { ...ended, why: ended.why.slice(0, longestWhy) }, true);
    for (const name of ['progress', 'running']) await this.remove(name);
  }

  async record(wave: string, record: WaveRecord): Promise<void> {
    this.#wavesVersion = await this.put('waves', { ...(await this.waves()), [wave]: record }, true);
  }

  private async read<T>(name: string, schema: z.ZodType<T>): Promise<T | undefined> {
    const { value } = await this.find(name);
    return value === undefined ? undefined : schema.parse(value);
  }

  /** A parameter that does not exist is in version 0, without a value. */
  private async find(name: string): Promise<{ readonly version: number; readonly value?: unknown }> {
    try {
      const { Parameter } = await this.#client.send(new GetParameterCommand({ Name: this.name(name) }));
      return { version: Parameter?.Version ?? 0, value: JSON.parse(Parameter?.Value ?? 'null') };
    } catch (error) {
      if (error instanceof ParameterNotFound) return { version: 0 };
      throw error;
    }
  }

  /** @returns its version */
  private async put(name: string, value: object, overwrite: boolean): Promise<number> {
    const { Version = 0 } = await this.#client.send(
      new PutParameterCommand({
        Name: this.name(name),
        Value: JSON.stringify(value),
        Type: 'String',
        // Standard, which is free, as long as 4 KB are enough.
        Tier: 'Intelligent-Tiering',
        Overwrite: overwrite,
      }),
    );
    return Version;
  }

  private async remove(name: string): Promise<void> {
    try {
      await this.#client.send(new DeleteParameterCommand({ Name: this.name(name) }));
    } catch (error) {
      if (!(error instanceof ParameterNotFound)) throw error;
    }
  }

  private name(name: string): string {
    return `/tenfold/${this.stage}/train/${name}`;
  }
}
