/** What the rules about unusual access read of an access record. */
export interface SeenAccess {
  /** Names the access: both revisions of a record have the same. */
  readonly recordId: string;
  readonly actorId: string;
  readonly role: string;
  /** What was done, for example `order.read`. */
  readonly action: string;
  /** Whose data it was about. @default the access names no subject */
  readonly subject?: string;
  /** Where the caller was, ISO 3166-1 alpha-2. @default nobody said */
  readonly country?: string;
  /** When, in milliseconds since 1970, and never later than the record arrived. */
  readonly atMs: number;
  /** Whether it was refused, or was about something that is not there: what somebody sees who tries doors. */
  readonly refused: boolean;
}
