import { createHash } from 'node:crypto';
import { type KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { subjectPartition } from '../shared/subject-key-items';
import type { Certificates } from './certificates.port';
import { erasureCertificate } from './erase-subject.contract';
import { type ErasureCertificate, type ErasureStatement, statementText } from './erasure-certificate';

/** Where certificates are kept, and what signs them. */
export interface KmsCertificatesOptions {
  readonly tableName: string;
  /** ARN of an asymmetric KMS key (ECC_NIST_P256). */
  readonly keyArn: string;
}

const certificateKey = (subject: string) => ({ pk: subjectPartition(subject), sk: 'CERTIFICATE' });

/** Certificates beside the tombstones, signed by a KMS key that never leaves KMS. */
export class KmsCertificates implements Certificates {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly kms: KMSClient,
    private readonly options: KmsCertificatesOptions,
  ) {}

  async find(subject: string): Promise<ErasureCertificate | undefined> {
    const { tableName: TableName } = this.options;
    const read = new GetCommand({ TableName, Key: certificateKey(subject), ConsistentRead: true });
    const { Item } = await this.client.send(read);
    return Item && erasureCertificate.parse(Item['certificate']);
  }

  async issue(statement: ErasureStatement): Promise<ErasureCertificate> {
    const { tableName: TableName, keyArn } = this.options;
    const algorithm = 'ECDSA_SHA_256';
    const Message = createHash('sha256').update(statementText(statement)).digest();
    const { Signature } = await this.kms.send(
      new SignCommand({ KeyId: keyArn, SigningAlgorithm: algorithm, MessageType: 'DIGEST', Message }),
    );
    const value = Buffer.from(Signature ?? []).toString('base64');
    const certificate: ErasureCertificate = { ...statement, signature: { value, algorithm, keyArn } };
    const Item = { ...certificateKey(statement.subject), certificate };
    await this.client.send(new PutCommand({ TableName, Item }));
    return certificate;
  }
}
