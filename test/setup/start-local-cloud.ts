import { ensureCloud, type LocalCloud } from '../../local/cloud';
import { taskListOn } from '../../local/terminal/task-list';

declare global {
  /** The cloud of this test run, handed from jest's set-up to its tear-down; test files call `ensureCloud` themselves. */
  var tenfoldCloud: LocalCloud | undefined;
}

/** Brings up the local cloud with today's sources once for all contract and integration tests. */
export default async function startLocalCloud(): Promise<void> {
  globalThis.tenfoldCloud = await ensureCloud({ tasks: taskListOn(process.stderr) });
}
