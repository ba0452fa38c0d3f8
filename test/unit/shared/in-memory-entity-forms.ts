import type { ItemCursor } from '../../../lambdas/shared/backfill-entities.contract';
import { cursorBehind } from '../../../lambdas/shared/cursor-behind';
import type { EntityForms, FormsPage, ScanSegment, StoredItem } from '../../../lambdas/shared/entity-forms.port';
import type { StoredForm } from '../../../lambdas/shared/entity-schema';
import type { InMemoryContents } from '../../../lambdas/shared/in-memory-entity-store.adapter';

const idOf = (entity: string): string => entity.slice(entity.indexOf('/') + 1);

/** Some order of its own, as the hash of a key is: FNV-1a. */
const placeOf = (id: string): number => {
  let hash = 0x811c9dc5;
  for (const char of id) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return hash >>> 0;
};

/** The stored forms of what in-memory stores hold. */
export class InMemoryEntityForms<State> implements EntityForms {
  private order: readonly string[] = [];

  constructor(
    private readonly contents: InMemoryContents<State>,
    private readonly options: { readonly kind: string; readonly pageSize?: number },
  ) {}

  async page({ segment, segments }: ScanSegment, after: ItemCursor | undefined): Promise<FormsPage<StoredItem>> {
    return this.scan(after, (id) => placeOf(id) % segments === segment);
  }

  async versions(after: ItemCursor | undefined): Promise<FormsPage<StoredItem>> {
    return this.scan(after, () => true);
  }

  async find(entity: string): Promise<StoredItem | undefined> {
    return this.item(idOf(entity));
  }

  async rewrite(known: StoredItem, form: StoredForm): Promise<'rewritten' | 'changed' | 'throttled'> {
    const id = idOf(known.entity);
    const current = this.contents.entities.get(id);
    const same = (['version', 'schemaVersion', 'homeRegion'] as const).every((name) => current?.[name] === known[name]);
    if (current === undefined || !same) return 'changed';
    const schemaVersion = form.schemaVersion;
    this.contents.entities.set(id, {
      ...{ ...current, state: form.state as State },
      ...(schemaVersion !== undefined && { schemaVersion }),
    });
    return 'rewritten';
  }

  private scan(after: ItemCursor | undefined, isIn: (id: string) => boolean): FormsPage<StoredItem> {
    if (this.order.length !== this.contents.entities.size)
      this.order = [...this.contents.entities.keys()].sort(
        (one, other) => placeOf(one) - placeOf(other) || (one < other ? -1 : 1),
      );
    const from = after === undefined ? 0 : this.order.indexOf(idOf(after.pk)) + 1;
    const items: StoredItem[] = [];
    for (let at = from; at < this.order.length; at += 1) {
      const id = this.order[at];
      const item = id === undefined || !isIn(id) ? undefined : this.item(id);
      if (item === undefined) continue;
      items.push(item);
      if (items.length === (this.options.pageSize ?? 200)) return { items, next: cursorBehind(item.entity) };
    }
    return { items };
  }

  private item(id: string): StoredItem | undefined {
    const known = this.contents.entities.get(id);
    if (known === undefined) return undefined;
    const { state, version, schemaVersion, homeRegion } = known;
    const form = { state, ...(schemaVersion !== undefined && { schemaVersion }) };
    return { entity: `${this.options.kind}/${id}`, ...form, version, homeRegion };
  }
}
