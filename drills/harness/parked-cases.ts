import { z } from 'zod';
import type { Item } from './scan-table';

const openCase = z.object({
  caseId: z.string(),
  subject: z.string(),
});

/** Something that waits for an operator. */
export type OpenCase = z.infer<typeof openCase>;

/** The open cases among a table's items. */
export const openCasesIn = (items: readonly Item[]): OpenCase[] =>
  items
    .filter((item) => item['itemType'] === 'CASE' && item['caseStatus'] === 'OPEN')
    .map((item) => openCase.parse(item));
