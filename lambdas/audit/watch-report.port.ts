import type { AccessFinding } from './access-finding';

/** What the watch says of itself. */
export interface WatchReport {
  /** A finding was told. */
  found(finding: AccessFinding): void;
  /** A record of the stream is none: it is in the trail as it came, and cannot be judged. */
  unreadable(sequenceNumber: string, issue: string): void;
}
