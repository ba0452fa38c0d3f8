import type { AccessFinding } from './access-finding';

/** Where findings are told, each once. */
export interface FindingDesk {
  /**
   * Whose it is to tell a finding: `mine`: the caller's, who tells it and says so; `told`: it was told;
   * `taken`: somebody else is at it, and will be asked again if that comes to nothing.
   */
  claim(finding: AccessFinding): Promise<'mine' | 'told' | 'taken'>;
  /** Tells whoever listens. */
  publish(finding: AccessFinding): Promise<void>;
  /** Keeps that it was told. */
  settle(finding: AccessFinding): Promise<void>;
}
