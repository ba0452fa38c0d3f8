import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { readRegionRecords } from './dynamodb-region-records.adapter';
import { RecordedRegionGate, type RecordedRegionGateOptions } from './recorded-region-gate';
import { recordsAgeMilliseconds } from './region-handover';
import type { RegionRecords } from './region-records';

/** The gate by the records in a context's own table, which are replicated with the data that they guard. */
export class DynamoDbRegionGate extends RecordedRegionGate {
  private readonly known = new Map<string, { readonly readAt: number; readonly records: Promise<RegionRecords> }>();

  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly options: RecordedRegionGateOptions & { readonly tableName: string },
  ) {
    super(options);
  }

  protected async recordsOf(region: string): Promise<RegionRecords> {
    const now = this.options.clock.now().getTime();
    for (const [name, { readAt }] of this.known)
      if (readAt > now || now - readAt >= recordsAgeMilliseconds) this.known.delete(name);
    const known = this.known.get(region);
    if (known) return known.records;
    const read = { readAt: now, records: readRegionRecords(this.client, this.options.tableName, region) };
    this.known.set(region, read);
    try {
      return await read.records;
    } catch (error) {
      if (this.known.get(region) === read) this.known.delete(region);
      throw error;
    }
  }
}
