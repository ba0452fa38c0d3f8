import type { ErasureCertificate, ErasureStatement } from './erasure-certificate';

/** Where certificates of erasure are signed and kept. */
export interface Certificates {
  find(subject: string): Promise<ErasureCertificate | undefined>;
  /** Signs a statement and keeps the certificate. */
  issue(statement: ErasureStatement): Promise<ErasureCertificate>;
}
