import type { ItemCursor } from './backfill-entities.contract';

/**
 * Where a scan goes on that was left behind an entity.
 * @param entity `<kind>/<id>`
 */
export const cursorBehind = (entity: string): ItemCursor => ({ pk: entity, sk: 'ENTITY' });
