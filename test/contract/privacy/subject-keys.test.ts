import { createHash } from 'node:crypto';
import {
  CreateKeyCommand,
  GetPublicKeyCommand,
  KMSClient,
  ReplicateKeyCommand,
  VerifyCommand,
} from '@aws-sdk/client-kms';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { DynamoDbSubjectVault } from '../../../lambdas/privacy/dynamodb-subject-vault.adapter';
import { erasureStatement, statementText } from '../../../lambdas/privacy/erasure-certificate';
import { KmsCertificates } from '../../../lambdas/privacy/kms-certificates.adapter';
import { CachedKeyWrapping } from '../../../lambdas/shared/cached-key-wrapping';
import { DynamoDbSubjectKeys } from '../../../lambdas/shared/dynamodb-subject-keys.adapter';
import { KmsKeyWrapping } from '../../../lambdas/shared/kms-key-wrapping.adapter';
import { subjectKeyKey } from '../../../lambdas/shared/subject-key-items';
import { ensureCloud } from '../../../local/cloud';
import { clientConfig } from '../../../local/deployment/aws-clients';
import { temporaryTable } from '../temporary-table';

const table = temporaryTable('subject-keys');
const [here, there] = ['sa-east-1', 'us-east-1'] as const;
const now = new Date('2026-11-23T08:00:00.000Z');
const clock = { now: () => now };
const tokenOf = async (customerId: string) => customerId;

let subjects = 0;
const newSubject = (): string => `5f0c5d0f-9b7e-5f7f-8f0f-${String((subjects += 1)).padStart(12, '0')}`;

const kmsIn = async (region: string): Promise<KMSClient> =>
  new KMSClient({ ...clientConfig(await ensureCloud()), region });

/** A multi-Region key, as the stage has one, in two regions. */
let wrappings: { readonly [Region in typeof here | typeof there]: KmsKeyWrapping };

beforeAll(async () => {
  const [kmsHere, kmsThere] = [await kmsIn(here), await kmsIn(there)];
  const { KeyMetadata } = await kmsHere.send(new CreateKeyCommand({ MultiRegion: true }));
  const KeyId = KeyMetadata?.Arn ?? '';
  await kmsHere.send(new ReplicateKeyCommand({ KeyId, ReplicaRegion: there }));
  wrappings = {
    [here]: new KmsKeyWrapping(kmsHere, KeyId),
    [there]: new KmsKeyWrapping(kmsThere, KeyId.replace(here, there)),
  };
});

/** The keys as functions of a region use them; both regions have the same table here, a replica without a lag. */
const keysIn = (region: typeof here | typeof there) => {
  const { client, tableName } = table();
  return new DynamoDbSubjectKeys(client, { tableName, region, wrapping: wrappings[region], tokenOf, clock });
};
const vault = () => {
  const { client, tableName } = table();
  return new DynamoDbSubjectVault(client, tableName, here);
};
const tombstone = { certificateId: 'c', erasedAt: now.toISOString(), keys: [] };

it('makes one key a subject and region, and finds it again', async () => {
  const subject = newSubject();

  const first = await keysIn(here).own(subject);

  expect(first).toHaveLength(32);
  expect(Buffer.from(await keysIn(here).own(subject))).toEqual(Buffer.from(first));
  expect(Buffer.from(await keysIn(here).own(newSubject()))).not.toEqual(Buffer.from(first));
});

it('makes one key when many ask for it at once', async () => {
  const subject = newSubject();

  const made = await Promise.all(Array.from({ length: 3 }, () => keysIn(here).own(subject)));

  expect(new Set(made.map((key) => Buffer.from(key).toString('hex'))).size).toBe(1);
});

it('keeps the keys of two regions apart, and lets each read the other', async () => {
  const subject = newSubject();

  const [one, other] = [await keysIn(here).own(subject), await keysIn(there).own(subject)];

  expect(Buffer.from(one)).not.toEqual(Buffer.from(other));
  expect(Buffer.from(await keysIn(there).of(subject, here))).toEqual(Buffer.from(one));
  expect(Buffer.from(await keysIn(here).of(subject, there))).toEqual(Buffer.from(other));
});

it('finds the keys of all regions at once, and none of whom it never heard', async () => {
  const subject = newSubject();
  const [one, other] = [await keysIn(here).own(subject), await keysIn(there).own(subject)];

  const all = await keysIn(here).all(subject);

  expect(new Map([...all].map(([region, key]) => [region, Buffer.from(key)]))).toEqual(
    new Map([
      [here, Buffer.from(one)],
      [there, Buffer.from(other)],
    ]),
  );
  expect((await keysIn(here).all(newSubject())).size).toBe(0);
});

it('seals nothing more from the moment of the tombstone, though the process has unwrapped the key before', async () => {
  const { client, tableName } = table();
  const subject = newSubject();
  const wrapping = new CachedKeyWrapping(wrappings[here], { clock });
  const keys = new DynamoDbSubjectKeys(client, { tableName, region: here, wrapping, tokenOf, clock });
  await keys.own(subject);
  await keys.own(subject);

  await vault().bury(subject, tombstone);

  await expect(keys.own(subject)).rejects.toMatchObject({ name: 'SubjectErasedError' });
  await expect(keys.of(subject, here)).rejects.toMatchObject({ name: 'SubjectErasedError' });
});

it('says of a key that is not there that it may come', async () => {
  await expect(keysIn(there).of(newSubject(), here)).rejects.toMatchObject({ name: 'SubjectKeyMissingError' });
});

it('unwraps no key for another subject than it was made for', async () => {
  const { client, tableName } = table();
  const [subject, other] = [newSubject(), newSubject()];
  const { wrapped: wrappedKey } = await wrappings[here].make(subject);
  const Item = { ...subjectKeyKey(other, here), wrappedKey, madeAt: now.toISOString() };
  await client.send(new PutCommand({ TableName: tableName, Item }));

  await expect(keysIn(here).of(other, here)).rejects.toMatchObject({ name: 'InvalidCiphertextException' });
});

it('makes no key beside a tombstone, and uses none that is still there', async () => {
  const [erased, late] = [newSubject(), newSubject()];
  await keysIn(here).own(late);
  await vault().bury(erased, tombstone);
  await vault().bury(late, tombstone);

  await expect(keysIn(here).own(erased)).rejects.toMatchObject({ name: 'SubjectErasedError' });
  await expect(keysIn(here).own(late)).rejects.toMatchObject({ name: 'SubjectErasedError' });
  await expect(keysIn(there).of(late, here)).rejects.toMatchObject({ name: 'SubjectErasedError' });
  await expect(keysIn(there).all(late)).rejects.toMatchObject({ name: 'SubjectErasedError' });
  expect((await vault().look(erased)).keys).toEqual([]);
});

it('destroys the keys of every region, and keeps the first tombstone', async () => {
  const subject = newSubject();
  await keysIn(here).own(subject);
  await keysIn(there).own(subject);
  const madeAt = now.toISOString();
  const keys = [
    { region: here, madeAt },
    { region: there, madeAt },
  ];
  expect((await vault().look(subject)).keys).toEqual(keys);

  await vault().bury(subject, { ...tombstone, keys });
  await vault().bury(subject, { ...tombstone, certificateId: 'another' });
  await vault().destroy(subject);

  expect(await vault().look(subject)).toEqual({ keys: [], tombstone: { ...tombstone, keys } });
});

it('signs a certificate so that anybody can check it, and keeps it', async () => {
  const { client, tableName } = table();
  const kms = await kmsIn(here);
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }));
  const keyArn = KeyMetadata?.Arn ?? '';
  const certificates = new KmsCertificates(client, kms, { tableName, keyArn });
  const subject = newSubject();
  const certificateId = newSubject();
  const statement = erasureStatement(
    subject,
    { ...tombstone, certificateId },
    { regions: [here, there], kept: { sealed: 'all', activityLogDays: 7, accessRecordDays: 183 }, now },
  );

  const certificate = await certificates.issue(statement);

  expect(await certificates.find(subject)).toEqual(certificate);
  const check = (text: string) =>
    kms.send(
      new VerifyCommand({
        ...{ KeyId: keyArn, SigningAlgorithm: 'ECDSA_SHA_256', MessageType: 'DIGEST' },
        Message: createHash('sha256').update(text).digest(),
        Signature: Buffer.from(certificate.signature.value, 'base64'),
      }),
    );
  expect((await check(statementText(certificate))).SignatureValid).toBe(true);
  const altered = statementText({ ...certificate, erasedAt: '2026-11-22T08:00:00.000Z' });
  await expect(check(altered)).rejects.toMatchObject({ name: 'KMSInvalidSignatureException' });
  expect((await kms.send(new GetPublicKeyCommand({ KeyId: keyArn }))).PublicKey).toBeDefined();
});
