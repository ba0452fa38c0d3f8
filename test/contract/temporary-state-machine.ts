import {
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  DescribeStateMachineCommand,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { ensureCloud } from '../../local/cloud';
import { clientConfig } from '../../local/deployment/aws-clients';

/** A state machine of one state, there for as long as the tests that use it. */
export interface TemporaryStateMachine {
  readonly client: SFNClient;
  readonly stateMachineArn: string;
  remove(): Promise<void>;
}

/** Makes a state machine whose executions consist of `state`. */
export const temporaryStateMachine = async (
  name: string,
  state: { readonly Type: string; readonly [field: string]: string | number },
): Promise<TemporaryStateMachine> => {
  const cloud = await ensureCloud();
  const client = new SFNClient(clientConfig(cloud));
  // The role of the order saga itself: an emulator that enforces IAM asks for one that exists.
  const known = { stateMachineArn: cloud.outputs.get('OrderingService', 'OrderSagaArn') };
  const { roleArn } = await client.send(new DescribeStateMachineCommand(known));
  const definition = JSON.stringify({ StartAt: 'only', States: { only: state } });
  const created = await client.send(
    new CreateStateMachineCommand({ name: `${name}-${process.pid}`, roleArn, definition }),
  );
  const stateMachineArn = created.stateMachineArn ?? '';
  const remove = async () => {
    await client.send(new DeleteStateMachineCommand({ stateMachineArn }));
    client.destroy();
  };
  return { client, stateMachineArn, remove };
};
