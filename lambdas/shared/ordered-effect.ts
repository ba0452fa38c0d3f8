/** Key of an item that a projection writes. */
export interface EffectKey {
  readonly pk: string;
  readonly sk: string;
}

/** What a projection writes beside the position, in the same transaction. */
export type Effect =
  /** Writes the item whole. */
  | { readonly kind: 'put'; readonly key: EffectKey; readonly attributes: EffectAttributes }
  /** Adds to numbers of the item, which begin at 0, and sets attributes. */
  | {
      readonly kind: 'add';
      readonly key: EffectKey;
      readonly amounts: { readonly [attribute: string]: number };
      readonly attributes?: EffectAttributes;
    };

/** Attributes of an item; what is undefined is left out. */
export interface EffectAttributes {
  readonly [attribute: string]: unknown;
}
