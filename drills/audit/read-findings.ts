import { z } from 'zod';
import { accessFinding } from '../../lambdas/audit/access-history.contract';
import type { Item } from '../harness/scan-table';
import type { SeenFinding } from './count-attacks';

const findingItem = z.object({
  pk: z.string().startsWith('FINDING#'),
  finding: z.string(),
  toldAt: z.iso.datetime().optional(),
});

/** The findings in audit's table that are about accesses since a time, in milliseconds since 1970. */
export const findingsIn = (items: readonly Item[], since: number): readonly SeenFinding[] =>
  items.flatMap((item) => {
    const kept = findingItem.safeParse(item).data;
    if (kept === undefined) return [];
    const { rule, actor, time } = accessFinding.parse(JSON.parse(kept.finding));
    if (Date.parse(time) < since) return [];
    return [{ rule, actorId: actor.id, ...(kept.toldAt !== undefined && { toldAt: Date.parse(kept.toldAt) }) }];
  });
