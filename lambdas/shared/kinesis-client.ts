import { KinesisClient } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { clientDefaults } from './client-defaults';

let made: KinesisClient | undefined;

/**
 * The process's Kinesis client; made at the first call. Over HTTP/1.1 like all others here: the SDK would speak HTTP/2, whose handler knows no
 * time limit for connecting, for a streaming operation (SubscribeToShard) that no function calls.
 */
export const kinesis = (): KinesisClient => {
  made ??= new KinesisClient({ ...clientDefaults, requestHandler: new NodeHttpHandler(clientDefaults.requestHandler) });
  return made;
};
