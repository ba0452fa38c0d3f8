import { ListEventSourceMappingsCommand, UpdateEventSourceMappingCommand } from '@aws-sdk/client-lambda';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { clientConfig } from '../../local/deployment/aws-clients';
import type { DeployedSystem, DrilledFunction } from '../harness/deployed-system';
import type { Restore } from '../harness/drill';

/** The mapping that hands a stream's records to a function. */
interface Mapping {
  readonly uuid: string;
  readonly retries: number | undefined;
}

const mappingOf = async ({ lambda }: DeployedSystem, functionName: string): Promise<Mapping> => {
  const list = new ListEventSourceMappingsCommand({ FunctionName: `${functionName}:live` });
  const [mapping] = (await lambda.send(list)).EventSourceMappings ?? [];
  if (mapping?.UUID === undefined) throw new TypeError(`no stream is mapped to ${functionName}`);
  return { uuid: mapping.UUID, retries: mapping.MaximumRetryAttempts };
};

/** Batches that the mapping has given up so far: each is an object in the bucket of failures. */
const givenUpBy = async (system: DeployedSystem, bucket: string, { uuid }: Mapping): Promise<number> => {
  const s3 = new S3Client({ ...clientConfig(system.cloud), forcePathStyle: true });
  const list = new ListObjectsV2Command({ Bucket: bucket, Prefix: `aws/lambda/${uuid}/` });
  return (await s3.send(list)).Contents?.length ?? 0;
};

/** A mapping that tries nothing again. */
export interface ImpatientMapping {
  /** Batches that it has given up since. */
  readonly givenUp: () => Promise<number>;
  readonly restore: Restore;
}

/** Makes a function's mapping give up a batch the first time that it fails: what ten failures in a row come to, without the wait. */
export const giveUpEarly = async (
  system: DeployedSystem,
  entry: DrilledFunction,
  bucket: string,
): Promise<ImpatientMapping> => {
  const mapping = await mappingOf(system, await system.functionName(entry));
  const before = await givenUpBy(system, bucket, mapping);
  const retry = (MaximumRetryAttempts: number) =>
    system.lambda.send(new UpdateEventSourceMappingCommand({ UUID: mapping.uuid, MaximumRetryAttempts }));
  await retry(0);
  return {
    givenUp: async () => (await givenUpBy(system, bucket, mapping)) - before,
    restore: async () => {
      await retry(mapping.retries ?? -1);
    },
  };
};
