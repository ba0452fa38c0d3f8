import {
  GetEventSourceMappingCommand,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import type { DeployedSystem, DrilledFunction } from '../harness/deployed-system';
import type { Restore } from '../harness/drill';
import { LIVE } from '../harness/live-alias';
import { untilStill } from '../ordering/until-still';

const STILL_SECONDS = 30;

/**
 * Keeps a function's stream from it until the answer is called. Records wait in the stream meanwhile.
 * @throws TypeError no stream is mapped to it
 */
export const pauseMapping = async (system: DeployedSystem, entry: DrilledFunction): Promise<Restore> => {
  const { lambda } = system;
  const list = new ListEventSourceMappingsCommand({ FunctionName: `${await system.functionName(entry)}:${LIVE}` });
  const UUID = (await lambda.send(list)).EventSourceMappings?.[0]?.UUID;
  if (UUID === undefined) throw new TypeError(`no stream is mapped to ${entry}`);
  const put = async (Enabled: boolean): Promise<void> => {
    await lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled }));
    const wanted = Enabled ? 'Enabled' : 'Disabled';
    await untilStill({
      look: async () => (await lambda.send(new GetEventSourceMappingCommand({ UUID }))).State ?? '',
      isDone: (state) => state === wanted,
      shown: String,
      stillSeconds: STILL_SECONDS,
    });
  };
  await put(false);
  return () => put(true);
};
