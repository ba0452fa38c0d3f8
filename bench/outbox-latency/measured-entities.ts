import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import type { DeployedSystem } from '../../drills/harness/deployed-system';
import { scanTable } from '../../drills/harness/scan-table';
import { deterministicId } from '../../lambdas/shared/deterministic-id';
import { DynamoDbEntityStore } from '../../lambdas/shared/dynamodb-entity-store.adapter';
import type { Stored } from '../../lambdas/shared/entity-store.port';
import { type EventContract, newEvent } from '../../lambdas/shared/event-contract';
import { systemClock } from '../../lambdas/shared/system-clock.adapter';
import { inParallel } from '../../local/in-parallel';

interface Measured {
  readonly number: number;
}

/** An event that no context of the store subscribes to. */
export const measuredV1: EventContract<Measured> = {
  type: 'bench.Measured.v1',
  schema: { type: 'record', name: 'MeasuredV1', fields: [{ name: 'number', type: 'long' }] },
  schemaVersionId: deterministicId('bench.Measured.v1'),
};

const KIND = 'bench';

/** Entities in the table of a context that is deployed: its relay publishes what they commit. */
export class MeasuredEntities {
  readonly #store: DynamoDbEntityStore<Measured>;
  readonly #known = new Map<string, Stored<Measured>>();

  constructor(
    private readonly system: DeployedSystem,
    private readonly context: string,
  ) {
    const { documents, cloud } = system;
    this.#store = new DynamoDbEntityStore(documents, {
      tableName: system.tableName(context),
      kind: KIND,
      context,
      region: cloud.region,
      clock: systemClock,
    });
  }

  /**
   * Changes an entity, and tells of it by one event.
   * @returns when the commit was acknowledged, milliseconds since the epoch, and which event it made
   */
  async commit(
    id: string,
  ): Promise<{ readonly subject: string; readonly sequence: number; readonly committedAt: number }> {
    const basedOn = this.#known.get(id);
    const number = (basedOn?.sequence ?? 0) + 1;
    const stored = await this.#store.commit({
      id,
      basedOn,
      state: { number },
      events: [newEvent(measuredV1, { number })],
      cause: { correlationId: id, causationId: 'bench' },
    });
    const committedAt = Date.now();
    this.#known.set(id, stored);
    return { subject: `${KIND}/${id}`, sequence: stored.sequence, committedAt };
  }

  /** Takes every trace of them out of the table. */
  async remove(): Promise<void> {
    const tableName = this.system.tableName(this.context);
    const items = await scanTable(this.system, tableName);
    const ours = items.filter(({ pk }) => typeof pk === 'string' && pk.startsWith(`${KIND}/`));
    await inParallel(ours, 8, ({ pk, sk }) =>
      this.system.documents.send(new DeleteCommand({ TableName: tableName, Key: { pk, sk } })),
    );
  }
}
