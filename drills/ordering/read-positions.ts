import { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import type { DeployedSystem } from '../harness/deployed-system';
import type { SeenPosition } from './count-activity';

const storedPosition = z.object({ entity: z.string(), sequence: z.number(), recentIds: z.array(z.string()) });

const AT_ONCE = 100;
const TRIES = 20;

/** What a consumer remembers of these entities in a generation, strongly consistent; nothing of those it has not met. */
export const readPositions = async (
  { cloud, documents, tableName }: Pick<DeployedSystem, 'cloud' | 'documents'> & { readonly tableName: string },
  consumer: string,
  generation: string,
  entities: readonly string[],
): Promise<readonly SeenPosition[]> => {
  const found: SeenPosition[] = [];
  for (let at = 0; at < entities.length; at += AT_ONCE) {
    const of = `POSITION#${consumer}#${cloud.region}#${generation}`;
    const keys = entities.slice(at, at + AT_ONCE).map((entity) => `${of}#${entity}`);
    let left: readonly Record<string, unknown>[] = keys.map((pk) => ({ pk, sk: 'POSITION' }));
    for (let tries = 0; left.length > 0; tries += 1) {
      if (tries === TRIES) throw new RangeError(`${tableName} answers ${left.length} positions not at all`);
      const RequestItems = { [tableName]: { Keys: [...left], ConsistentRead: true } };
      const { Responses, UnprocessedKeys } = await documents.send(new BatchGetCommand({ RequestItems }));
      found.push(...(Responses?.[tableName] ?? []).map((item) => storedPosition.parse(item)));
      left = UnprocessedKeys?.[tableName]?.Keys ?? [];
    }
  }
  return found;
};
