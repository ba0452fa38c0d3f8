import { z } from 'zod';
import type { DeployedSystem } from './deployed-system';
import { type Item, scanTable } from './scan-table';

const openCase = z.object({
  caseId: z.string(),
  kind: z.string(),
  subject: z.string(),
  reason: z.string(),
  redriveFunction: z.string(),
});

/** Something that waits for an operator. */
export type OpenCase = z.infer<typeof openCase>;

/** The open cases among a table's items. */
export const openCasesIn = (items: readonly Item[]): OpenCase[] =>
  items
    .filter((item) => item['itemType'] === 'CASE' && item['caseStatus'] === 'OPEN')
    .map((item) => openCase.parse(item));

/** The open cases of a context. */
export const openCasesOf = async (system: DeployedSystem, context: string): Promise<OpenCase[]> =>
  openCasesIn(await scanTable(system, system.tableName(context)));
