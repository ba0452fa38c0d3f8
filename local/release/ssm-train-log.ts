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

  constructor(
    place: Place,
    private readonly stage: string,
  ) {
    this.#client = new SSMClient(clientConfig(place));
  }

  running = (): Promise<Train | undefined> => this.read('running', train);
  last = (): Promise<TrainEnding | undefined> => this.read('last', ending);
  progress = (): Promise<TrainProgress | undefined> => this.read('progress', progress);
  waves = async (): Promise<Readonly<Record<string, WaveRecord>>> => (await this.read('waves', waves)) ?? {};
  report = (at: TrainProgress): Promise<void> => this.write('progress', at);

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
    await this.write('last', { ...ended, why: ended.why.slice(0, longestWhy) });
    for (const name of ['progress', 'running']) await this.remove(name);
  }

  async record(wave: string, record: WaveRecord): Promise<void> {
    await this.write('waves', { ...(await this.waves()), [wave]: record });
  }

  private async read<T>(name: string, schema: z.ZodType<T>): Promise<T | undefined> {
    try {
      const { Parameter } = await this.#client.send(new GetParameterCommand({ Name: this.name(name) }));
      return schema.parse(JSON.parse(Parameter?.Value ?? 'null'));
    } catch (error) {
      if (error instanceof ParameterNotFound) return undefined;
      throw error;
    }
  }

  private write(name: string, value: object): Promise<void> {
    return this.put(name, value, true);
  }

  private async put(name: string, value: object, overwrite: boolean): Promise<void> {
    await this.#client.send(
      new PutParameterCommand({
        Name: this.name(name),
        Value: JSON.stringify(value),
        Type: 'String',
        Overwrite: overwrite,
      }),
    );
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
