import { DecryptCommand, KMSClient } from '@aws-sdk/client-kms';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { isSealed, open, sealingRegion } from '../../lambdas/shared/sealed';
import { subjectKeyItem, subjectKeyKey } from '../../lambdas/shared/subject-key-items';
import type { SubjectTokens } from '../../lambdas/shared/subject-tokens';
import { clientConfig } from '../../local/deployment/aws-clients';
import { customerTokens } from './customer-tokens';
import type { DeployedSystem } from './deployed-system';

/** What stands where sealed text does not open. */
export const BROKEN_SEAL = 'a seal that does not open';

/** Opens what the store has sealed, as an administrator of the whole account could; each customer's key is asked for once. */
export class SealOpener {
  readonly #keys = new Map<string, Promise<Uint8Array | undefined>>();
  readonly #kms: KMSClient;
  readonly #keyId: string;
  readonly #tableName: string;
  readonly #tokenOf: SubjectTokens;

  constructor(private readonly system: DeployedSystem) {
    const { cloud } = system;
    this.#kms = new KMSClient(clientConfig(cloud));
    this.#keyId = cloud.outputs.get('PrivacyData', 'WrappingKeyArn');
    this.#tableName = cloud.outputs.get('PrivacyData', 'SubjectKeysTableName');
    this.#tokenOf = customerTokens(cloud, cloud.outputs.get('PrivacyData', 'SubjectTokensSecretName'));
  }

  /** A customer's field as it was sealed, or `BROKEN_SEAL`. */
  async open(customerId: string, field: string, sealed: unknown): Promise<unknown> {
    const subject = await this.#tokenOf(customerId);
    if (!isSealed(sealed)) return BROKEN_SEAL;
    const key = await this.#keyOf(subject, sealingRegion(sealed));
    if (key === undefined) return BROKEN_SEAL;
    try {
      return open(key, { subject, field }, sealed);
    } catch {
      return BROKEN_SEAL;
    }
  }

  #keyOf(subject: string, region: string): Promise<Uint8Array | undefined> {
    const name = `${subject}/${region}`;
    const known = this.#keys.get(name) ?? this.#read(subject, region);
    this.#keys.set(name, known);
    return known;
  }

  async #read(subject: string, region: string): Promise<Uint8Array | undefined> {
    const Key = subjectKeyKey(subject, region);
    const read = new GetCommand({ TableName: this.#tableName, Key, ConsistentRead: true });
    const item = subjectKeyItem.safeParse((await this.system.documents.send(read)).Item);
    if (!item.success) return undefined;
    const EncryptionContext = { purpose: 'subject-data', subject };
    const { wrappedKey: CiphertextBlob } = item.data;
    const decrypt = new DecryptCommand({ KeyId: this.#keyId, CiphertextBlob, EncryptionContext });
    return (await this.#kms.send(decrypt)).Plaintext;
  }
}
