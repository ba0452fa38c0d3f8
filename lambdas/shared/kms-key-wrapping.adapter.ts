import { DecryptCommand, GenerateDataKeyCommand, type KMSClient } from '@aws-sdk/client-kms';
import type { KeyWrapping } from './key-wrapping.port';

/** KMS has answered without what it was asked for, which its API rules out. */
class IncompleteKmsAnswerError extends Error {
  override readonly name = 'IncompleteKmsAnswerError';
}

// Written to CloudTrail with every call: never personal data.
const contextOf = (subject: string) => ({ purpose: 'subject-data', subject });

const present = (bytes: Uint8Array | undefined, what: string): Uint8Array => {
  if (bytes === undefined) throw new IncompleteKmsAnswerError(`expected KMS to answer a ${what}`);
  return bytes;
};

/**
 * Data keys that KMS makes and wraps by a symmetric key. In several regions that is a multi-Region key, so that each unwraps what another one
 * has wrapped.
 */
export class KmsKeyWrapping implements KeyWrapping {
  constructor(
    private readonly client: KMSClient,
    /** ARN of this region's key. */
    private readonly keyArn: string,
  ) {}

  async make(subject: string): Promise<{ readonly key: Uint8Array; readonly wrapped: Uint8Array }> {
    const { Plaintext, CiphertextBlob } = await this.client.send(
      new GenerateDataKeyCommand({
        KeyId: this.keyArn,
        KeySpec: 'AES_256',
        EncryptionContext: contextOf(subject),
      }),
    );
    return { key: present(Plaintext, 'data key'), wrapped: present(CiphertextBlob, 'wrapped data key') };
  }

  async unwrap(subject: string, wrapped: Uint8Array): Promise<Uint8Array> {
    const { Plaintext } = await this.client.send(
      new DecryptCommand({ KeyId: this.keyArn, CiphertextBlob: wrapped, EncryptionContext: contextOf(subject) }),
    );
    return present(Plaintext, 'data key');
  }
}
