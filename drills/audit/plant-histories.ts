import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { DeployedSystem } from '../harness/deployed-system';
import type { Restore } from '../harness/drill';
import { plantedHistory, plantedProfile, type Usual } from './planted-profile';

/** Whose habits are planted. */
export type Planted =
  | { readonly kind: 'actor'; readonly id: string; readonly usual: Usual; readonly ownSubjects?: readonly string[] }
  | { readonly kind: 'role'; readonly id: string; readonly usual: Usual };

/** So long after the drill has begun the table forgets what it has planted, whatever becomes of the drill. */
const KEPT_SECONDS = 86_400;

interface Key {
  readonly pk: string;
  readonly sk: string;
}

/**
 * Gives actors and roles a history, so that nobody has to be watched for weeks first. What a role has learnt so far comes back at the end; actors are
 * the drill's own.
 */
export const plantHistories = async (
  system: DeployedSystem,
  planted: readonly Planted[],
  now: number,
): Promise<Restore> => {
  const { documents, cloud } = system;
  const TableName = system.tableName('audit');
  const sk = `HISTORY#${cloud.region}`;
  const expiresAt = Math.floor(now / 1000) + KEPT_SECONDS;
  const itemAt = async (Key: Key) =>
    (await documents.send(new GetCommand({ TableName, Key, ConsistentRead: true }))).Item;
  // Whoever is just judging by what stood there finds another version, and reads again.
  const put = async (key: Key, content: object): Promise<void> => {
    const version = Number((await itemAt(key))?.['version'] ?? 0) + 1;
    await documents.send(new PutCommand({ TableName, Item: { ...content, ...key, version } }));
  };
  const restores: Restore[] = [];
  for (const one of planted) {
    const pk = `${one.kind === 'actor' ? 'ACTOR' : 'ROLE'}#${one.id}`;
    const before = await itemAt({ pk, sk });
    const content =
      one.kind === 'actor'
        ? { history: JSON.stringify(plantedHistory(one.usual)) }
        : { profile: JSON.stringify(plantedProfile(one.usual)) };
    await put({ pk, sk }, { ...content, expiresAt });
    restores.push(async () => {
      if (before !== undefined) await put({ pk, sk }, before);
      else await documents.send(new DeleteCommand({ TableName, Key: { pk, sk } }));
    });
    if (one.kind === 'role' || one.ownSubjects === undefined) continue;
    const own = { pk, sk: 'OWN' };
    await documents.send(
      new PutCommand({ TableName, Item: { ...own, subjects: new Set(one.ownSubjects), expiresAt } }),
    );
    restores.push(async () => {
      await documents.send(new DeleteCommand({ TableName, Key: own }));
    });
  }
  return async () => {
    for (const restore of restores) await restore();
  };
};
