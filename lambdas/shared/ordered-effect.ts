/** Key of an item that a projection writes. */
export interface EffectKey {
  readonly pk: string;
  readonly sk: string;
}

/** Attributes of an item; what is undefined is left out. */
export interface EffectAttributes {
  readonly [attribute: string]: unknown;
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

/** The key as a text that no other key makes. */
export const effectKeyText = ({ pk, sk }: EffectKey): string => `${pk}\n${sk}`;

/** Where a generation keeps an item: each has items of its own, so that one can be built beside another. */
export const keyInGeneration = (generation: string, { pk, sk }: EffectKey): EffectKey => ({
  pk: `${generation}/${pk}`,
  sk,
});

const sums = (
  one: { readonly [attribute: string]: unknown },
  other: { readonly [attribute: string]: number },
): { [attribute: string]: number } => {
  const total: { [attribute: string]: number } = {};
  for (const [name, amount] of Object.entries(other)) total[name] = Number(one[name] ?? 0) + amount;
  return total;
};

/** Both effects in one, for an item that a transaction may write once. */
export const merged = (first: Effect, then: Effect): Effect => {
  if (then.kind === 'put') return then;
  if (first.kind === 'put') {
    const attributes = { ...first.attributes, ...then.attributes, ...sums(first.attributes, then.amounts) };
    return { ...first, attributes };
  }
  const amounts = { ...first.amounts, ...sums(first.amounts, then.amounts) };
  const attributes = { ...first.attributes, ...then.attributes };
  return { ...then, amounts, ...(Object.keys(attributes).length > 0 && { attributes }) };
};
