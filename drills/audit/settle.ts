import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { signedSeal } from '../../lambdas/audit/chain-seal.contract';
import { type Evidence, hourOfChain, type StoredLine } from '../../local/audit/verify-chains';
import { type Item, scanTable } from '../harness/scan-table';
import { untilStill } from '../ordering/until-still';
import { type Attack, type SeenFinding, secondsToFindings } from './count-attacks';
import { countRecords, recordFigures } from './count-records';
import { findingsIn } from './read-findings';
import type { Scene } from './scene';
import type { SentAccess } from './send-accesses';

/** How long nothing has to happen until it is believed that nothing will. */
const STILL_SECONDS = 30;

/** Accesses as they are held against records. */
export const answeredIn = (sent: readonly SentAccess[]) =>
  sent.map(({ access: { correlationId, action }, status }) => ({
    correlationId,
    action,
    ...(status !== undefined && { status }),
  }));

/** Waits until every answered access has its record in the store. */
export const untilStored = async ({ run, trail, sent }: Scene): Promise<void> => {
  const answered = answeredIn(sent);
  await untilStill({
    look: async () => {
      const figures = countRecords(answered, await trail.records());
      const missing = figures.find(({ name }) => name === recordFigures.missing)?.value ?? 0;
      run.progress.update(`${missing} records on their way`);
      return missing;
    },
    isDone: (missing) => missing === 0,
    shown: String,
    stillSeconds: STILL_SECONDS,
  });
};

/** Waits until all attacks were told, or nothing more is; answers all findings of the run. */
export const untilTold = async (scene: Scene, attacks: readonly Attack[]): Promise<readonly SeenFinding[]> => {
  const { run, startedAt } = scene;
  const table = run.system.tableName('audit');
  return untilStill({
    look: async () => findingsIn(await scanTable(run.system, table), startedAt),
    isDone: (findings) => secondsToFindings(attacks, findings).length === attacks.length,
    shown: (findings) => String(findings.length),
    stillSeconds: 2 * STILL_SECONDS,
  });
};

const linesOfSealed = ({ seals, from = '' }: Evidence): number =>
  seals
    .flatMap(({ signed }) => signedSeal.safeParse(signed).data ?? [])
    .filter(({ seal }) => hourOfChain(seal.chain) === from)
    .reduce((sum, { seal }) => sum + seal.count, 0);

const distinct = (lines: readonly StoredLine[]): number => new Set(lines.map(({ text }) => text)).size;

/** Waits until the lines of an hour's sealed chains are in the store, and answers what they are verified by. */
export const untilWritten = ({ run, trail }: Scene, hour: string): Promise<Evidence> =>
  untilStill({
    look: async () => {
      const evidence = await trail.evidence(hour);
      run.progress.update(`${evidence.lines.length} lines, ${linesOfSealed(evidence)} links sealed`);
      return evidence;
    },
    isDone: (evidence) => linesOfSealed(evidence) > 0 && distinct(evidence.lines) >= linesOfSealed(evidence),
    shown: (evidence) => `${evidence.lines.length} ${linesOfSealed(evidence)}`,
    stillSeconds: STILL_SECONDS,
  });

const ended = ['CONFIRMED', 'REJECTED', 'CANCELLED', 'PARKED'];

const statusIn = (item: Item | undefined): string => {
  const state = item?.['state'];
  return typeof state === 'object' && state !== null ? String(Reflect.get(state, 'status')) : '';
};

/** Waits until an order is at its end. */
export const untilEnded = async ({ run }: Scene, orderId: string): Promise<string> => {
  const Key = { pk: `order/${orderId}`, sk: 'ENTITY' };
  const read = new GetCommand({ TableName: run.system.tableName('ordering'), Key, ConsistentRead: true });
  return untilStill({
    look: async () => statusIn((await run.system.documents.send(read)).Item),
    isDone: (status) => ended.includes(status),
    shown: String,
    stillSeconds: 2 * STILL_SECONDS,
  });
};
