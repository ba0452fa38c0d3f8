import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SNSClient } from '@aws-sdk/client-sns';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { DeployedSystem } from '../../drills/harness/deployed-system';
import { scanTable } from '../../drills/harness/scan-table';
import { DynamoDbEntityStore } from '../../lambdas/shared/dynamodb-entity-store.adapter';
import { DynamoDbOutboxRows } from '../../lambdas/shared/dynamodb-outbox-rows.adapter';
import { DynamoDbParking } from '../../lambdas/shared/dynamodb-parking.adapter';
import { DynamoDbRegionGate } from '../../lambdas/shared/dynamodb-region-gate.adapter';
import { relayOutbox } from '../../lambdas/shared/relay-outbox.use-case';
import { SnsTopic } from '../../lambdas/shared/sns-topic.adapter';
import type { StreamRow } from '../../lambdas/shared/stream-consumer';
import { systemClock as clock } from '../../lambdas/shared/system-clock.adapter';
import { clientConfig } from '../../local/deployment/aws-clients';
import type { ScratchStore } from '../harness/scratch-store';
import { CallCounter } from './call-counter';
import { chargedEvent, type ExactlyOnce, type PaymentMessage } from './payment-message';

interface RecordedPayment {
  readonly amountMinor: number;
}

/** Rows that the relay is handed at once. */
const RELAY_BATCH = 100;

const silentReport = { published: () => undefined, parked: () => undefined, postponed: () => undefined };

/** The spine's way: effect, inbox marker and outbox row in one transaction; the relay publishes from the table's stream. */
export const transactionalEffects = (system: DeployedSystem, { tableName, topicArn }: ScratchStore): ExactlyOnce => {
  const place = system.cloud;
  const counter = new CallCounter();
  const client = new DynamoDBClient(clientConfig(place));
  const sns = new SNSClient(clientConfig(place));
  counter.watch(client);
  counter.watch(sns);
  const documents = DynamoDBDocumentClient.from(client);
  // As deployed: its reads count, too.
  const gate = new DynamoDbRegionGate(documents, { tableName, region: place.region, clock });
  const context = { tableName, context: 'payments', clock, gate };
  const store = new DynamoDbEntityStore<RecordedPayment>(documents, {
    ...context,
    kind: 'payment',
    consumer: 'bench',
    region: place.region,
  });
  const relay = relayOutbox({
    topic: new SnsTopic(sns, topicArn),
    parking: new DynamoDbParking(documents, { ...context, consumer: 'relay-outbox', region: place.region }),
    rows: new DynamoDbOutboxRows(documents, { tableName, clock, gate }),
    report: silentReport,
    clock,
    gate,
    region: place.region,
  });
  const items = () => scanTable(system, tableName);

  const handle = async (message: PaymentMessage): Promise<void> => {
    const { id, orderId, amountMinor } = message;
    const { stored, handled } = await store.findFor(orderId, id);
    if (handled !== undefined) return;
    await store.commit({
      id: orderId,
      basedOn: stored,
      state: { amountMinor },
      events: [chargedEvent(message)],
      cause: { correlationId: orderId, causationId: id },
      message: { messageId: id, outcome: 'CHARGED' },
    });
  };
  const publish = async (): Promise<void> => {
    const rows = (await items())
      .filter(({ itemType }) => itemType === 'OUTBOX')
      .map((item, at): StreamRow => {
        const key = { pk: String(item['pk']), sk: String(item['sk']) };
        return { sequenceNumber: String(at), key, item };
      });
    for (let at = 0; at < rows.length; at += RELAY_BATCH) await relay(rows.slice(at, at + RELAY_BATCH), 'bench');
  };
  const effects = async (): Promise<number> =>
    (await items()).reduce((sum, { sk, version }) => (sk === 'ENTITY' ? sum + Number(version) : sum), 0);
  return { counter, handle, publish, effects };
};
