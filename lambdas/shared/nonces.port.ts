/** Random bytes that were never answered before: what is sealed by the same key must not share them. */
export type Nonces = (bytes: number) => Uint8Array;
