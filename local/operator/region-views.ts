import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { type RegionRecords, regionPartition } from '../../lambdas/shared/region-records';
import type { RegionFence, RegionLease } from '../../lambdas/shared/region-standing';
import { clientConfig, type Place } from '../deployment/aws-clients';
import { stacksWithCases } from './parked-cases';

/** What one context's table says of one region, by the replica of the region that was asked. */
export interface RegionView {
  /** Whose replica it is. */
  readonly asked: string;
  readonly context: string;
  /** Whom it is about. */
  readonly region: string;
  /** `undefined`: the replica does not answer. */
  readonly records: RegionRecords | undefined;
}

/** The contexts whose tables hold records about regions: all that have one. */
const contexts = stacksWithCases.map((stack) => stack.replace(/Data$/, '').toLowerCase());

/** A region may be gone: nobody waits for it for long. */
const patience = {
  maxAttempts: 1,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 4_000, throwOnRequestTimeout: true },
};

/** Asks every region's replica of every table about every region. */
export const readRegionViews = async (stage: string, places: readonly Place[]): Promise<readonly RegionView[]> => {
  const regions = places.map(({ region }) => region);
  const views = places.flatMap((place) => {
    const client = DynamoDBDocumentClient.from(new DynamoDBClient({ ...clientConfig(place), ...patience }));
    const ask = async (context: string, region: string): Promise<RegionView> => {
      const about = { asked: place.region, context, region };
      try {
        const { Items = [] } = await client.send(
          new QueryCommand({
            TableName: `tenfold-${stage}-${context}`,
            KeyConditionExpression: 'pk = :region',
            ExpressionAttributeValues: { ':region': regionPartition(region) },
          }),
        );
        const lease = Items.find(({ sk }) => sk === 'LEASE') as RegionLease | undefined;
        const fence = Items.find(({ sk }) => sk === 'FENCE') as RegionFence | undefined;
        return { ...about, records: { lease, fence } };
      } catch {
        // Whatever the reason, what it says is not known; the status says so.
        return { ...about, records: undefined };
      }
    };
    return contexts.flatMap((context) => regions.map((region) => ask(context, region)));
  });
  return Promise.all(views);
};
