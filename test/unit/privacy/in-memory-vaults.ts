import type { Certificates } from '../../../lambdas/privacy/certificates.port';
import type { DestroyedKey, SubjectRecords, Tombstone } from '../../../lambdas/privacy/erasure';
import type { ErasureCertificate, ErasureStatement } from '../../../lambdas/privacy/erasure-certificate';
import type { SubjectVault } from '../../../lambdas/privacy/subject-vault.port';

/** What one region's table of keys holds of one subject; replication comes when the test says so. */
export class InMemoryVault implements SubjectVault {
  readonly keys = new Map<string, DestroyedKey>();
  tombstone: Tombstone | undefined;
  isDark = false;

  constructor(readonly region: string) {}

  /** A key that a function of this region has made; refused once the subject is buried here. */
  make(): boolean {
    if (this.tombstone !== undefined) return false;
    this.keys.set(this.region, { region: this.region, madeAt: '2026-11-01T00:00:00.000Z' });
    return true;
  }

  /** What replication brings from another region. */
  receive(key: DestroyedKey): void {
    this.keys.set(key.region, key);
  }

  async look(): Promise<SubjectRecords> {
    this.assertReachable();
    return { keys: [...this.keys.values()], ...(this.tombstone && { tombstone: this.tombstone }) };
  }

  async bury(_subject: string, tombstone: Tombstone): Promise<void> {
    this.assertReachable();
    this.tombstone ??= tombstone;
  }

  async destroy(): Promise<void> {
    this.assertReachable();
    this.keys.clear();
  }

  private assertReachable(): void {
    if (this.isDark) throw new Error(`${this.region} does not answer`);
  }
}

/** Certificates that anybody could have signed. */
export class InMemoryCertificates implements Certificates {
  readonly issued: ErasureCertificate[] = [];

  async find(subject: string): Promise<ErasureCertificate | undefined> {
    return this.issued.find((one) => one.subject === subject);
  }

  async issue(statement: ErasureStatement): Promise<ErasureCertificate> {
    const signature = { value: 'signed', algorithm: 'ECDSA_SHA_256', keyArn: 'arn:aws:kms:key' } as const;
    const certificate = { ...statement, signature };
    this.issued.push(certificate);
    return certificate;
  }
}
