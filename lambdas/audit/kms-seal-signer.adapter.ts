import { GetPublicKeyCommand, KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { clientDefaults } from '../shared/client-defaults';
import { type ChainSeal, type SignedSeal, sealText } from './chain-seal.contract';
import type { SealKey, SealSigner } from './seal-signer.port';

/** KMS answered without a signature, or without a key. */
export class UnsignedSealError extends Error {
  override readonly name = 'UnsignedSealError';
}

let made: KMSClient | undefined;

/** The process's KMS client; made at the first call. */
export const kms = (): KMSClient => {
  made ??= new KMSClient(clientDefaults);
  return made;
};

/** Signs by an asymmetric key of KMS, which nobody can take out of it. */
export class KmsSealSigner implements SealSigner {
  constructor(
    private readonly client: Pick<KMSClient, 'send'>,
    private readonly keyArn: string,
  ) {}

  async sign(seal: ChainSeal): Promise<SignedSeal> {
    const { Signature } = await this.client.send(
      new SignCommand({
        KeyId: this.keyArn,
        Message: Buffer.from(sealText(seal)),
        MessageType: 'RAW',
        SigningAlgorithm: 'ECDSA_SHA_256',
      }),
    );
    if (Signature === undefined)
      throw new UnsignedSealError(`seal ${seal.number} got no signature from ${this.keyArn}`);
    return { seal, signature: Buffer.from(Signature).toString('base64'), keyId: this.keyArn };
  }

  async key(): Promise<SealKey> {
    const { PublicKey } = await this.client.send(new GetPublicKeyCommand({ KeyId: this.keyArn }));
    if (PublicKey === undefined) throw new UnsignedSealError(`KMS gave no public key of ${this.keyArn}`);
    return { keyId: this.keyArn, publicKey: Buffer.from(PublicKey).toString('base64') };
  }
}
