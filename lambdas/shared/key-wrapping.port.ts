/** Data keys that are stored encrypted ("wrapped") under a key that never leaves its vault. */
export interface KeyWrapping {
  /** A new data key of 32 bytes for a subject, as it is used and as it is stored. */
  make(subject: string): Promise<{ readonly key: Uint8Array; readonly wrapped: Uint8Array }>;
  /** The data key of a subject, from how it is stored. Fails for a key that was made for another subject. */
  unwrap(subject: string, wrapped: Uint8Array): Promise<Uint8Array>;
}
