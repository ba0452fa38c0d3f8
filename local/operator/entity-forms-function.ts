import { setTimeout as sleep } from 'node:timers/promises';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  type BackfillProgress,
  type BackfillRequest,
  backfillProgress,
  type CountedForms,
  countedForms,
} from '../../lambdas/shared/backfill-entities.contract';
import { clientConfig, type Place } from '../deployment/aws-clients';
import { BackfillFailedError } from './migrate.errors';

/** Whether somebody else works on the same part: to go on would only take it back. */
const isTaken = (failure: string): boolean => failure.includes('BackfillTakenError');

/** Invocations in a row that may fail, and the pause after each: a process may be killed, a region may be slow. */
const [MAX_FAILURES, PAUSE_MS] = [5, 1_000];

/** The function of a region that counts and rewrites the entities of one kind. */
export class EntityFormsFunction {
  readonly #lambda: LambdaClient;

  constructor(
    private readonly place: Place,
    private readonly functionArn: string,
  ) {
    this.#lambda = new LambdaClient(clientConfig(place));
  }

  /**
   * Entities of the region's replica, and those in old forms by their home, and without one. Reads the whole table.
   * @throws BackfillFailedError
   */
  async count(): Promise<Omit<CountedForms, 'cursor'>> {
    const old: Record<string, number> = {};
    const homeless = { count: 0, some: [] as string[] };
    let entities = 0;
    let cursor: CountedForms['cursor'];
    do {
      const counted = countedForms.parse(await this.#ask({ kind: 'count', ...(cursor && { cursor }) }));
      entities += counted.entities;
      for (const [home, count] of Object.entries(counted.old)) old[home] = (old[home] ?? 0) + count;
      homeless.count += counted.homeless.count;
      homeless.some.push(...counted.homeless.some);
      cursor = counted.cursor;
    } while (cursor !== undefined);
    return { entities, old, homeless };
  }

  /**
   * One invocation's worth of a backfill.
   * @throws BackfillFailedError
   */
  async backfill(request: Omit<BackfillRequest, 'kind'>): Promise<BackfillProgress> {
    return backfillProgress.parse(await this.#ask({ kind: 'backfill', ...request }));
  }

  async #ask(request: object): Promise<unknown> {
    const invoke = new InvokeCommand({ FunctionName: this.functionArn, Payload: JSON.stringify(request) });
    for (let failures = 1; ; failures += 1) {
      const { FunctionError, Payload } = await this.#lambda.send(invoke);
      const text = Payload?.transformToString() ?? '';
      if (FunctionError === undefined) return JSON.parse(text);
      if (failures === MAX_FAILURES || isTaken(text))
        throw new BackfillFailedError(`${this.place.region}: ${this.functionArn} failed ${failures} times: ${text}`);
      await sleep(PAUSE_MS);
    }
  }
}
