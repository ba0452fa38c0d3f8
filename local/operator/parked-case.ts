import { z } from 'zod';

/** A case as every context stores it. */
export const parkedCase = z.object({
  caseId: z.string(),
  kind: z.string(),
  context: z.string(),
  /** Whose case it is; cases of orders have none. */
  consumer: z.string().optional(),
  /** Where its messages come from and are handled; cases of orders belong to the order's home. */
  region: z.string().optional(),
  subject: z.string(),
  reason: z.string(),
  explanation: z.string(),
  openedAt: z.string(),
  /** Messages ever stored in it, or how often it was opened. */
  count: z.number().default(1),
  /** Messages of it that wait no more. */
  handled: z.number().default(0),
  caseStatus: z.literal('OPEN').optional(),
  closedAs: z.string().optional(),
  closedAt: z.string().optional(),
  redriveFunction: z.string(),
});

/** A parked case, as an operator sees it. */
export type ParkedCase = z.output<typeof parkedCase>;
