import { randomUUID } from 'node:crypto';
import { CloudFormationClient, DescribeStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { DecryptCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms';
import { GetFunctionConfigurationCommand, paginateListFunctions } from '@aws-sdk/client-lambda';
import { DeleteObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { closeHour, sealClosed } from '../../drills/audit/close-hour';
import { signedSeal } from '../../lambdas/audit/chain-seal.contract';
import { type AccessRecord, recordIdOf } from '../../lambdas/shared/access-record.contract';
import type { ChainLink } from '../../lambdas/shared/hash-chain';
import { stageConfig } from '../../lib/app/stages';
import { auditorOf } from '../../local/audit/auditor';
import { holdRecords } from '../../local/audit/hold-records';
import type { ObjectVersion } from '../../local/audit/record-objects';
import { openRegionTrail, type RegionTrail } from '../../local/audit/region-trail';
import { isAlarming } from '../../local/audit/verify-chains';
import { verifyTrail } from '../../local/audit/verify-trail';
import { clientConfig } from '../../local/deployment/aws-clients';
import { deployedStore, orderOf } from './deployed-store';
import { eventually } from './eventually';
import { placedIn } from './store-client';

const store = deployedStore();
const { days } = stageConfig('local').audit;
let trail: RegionTrail;

beforeAll(async () => {
  trail = await openRegionTrail('local', store().cloud);
});

const linksOf = async (subject: string): Promise<readonly ChainLink[]> => {
  const lists = await Promise.all(['class=access/', 'class=security/'].map((prefix) => trail.objects.list(prefix)));
  const versions = lists.flatMap((list) => list.versions);
  const lines = await trail.objects.read(versions);
  const links = [...new Set(lines.map(({ text }) => text))].map((text) => JSON.parse(text) as ChainLink);
  return links.filter(({ record }) => (record as AccessRecord).subject === subject);
};

const recordsOf = async (subject: string): Promise<readonly AccessRecord[]> =>
  (await linksOf(subject)).map(({ record }) => record as AccessRecord);

const s3 = (config: ReturnType<typeof clientConfig>) => new S3Client({ ...config, forcePathStyle: true });

const refusalOf = async (call: Promise<unknown>): Promise<string> => {
  try {
    await call;
    return 'permitted';
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
};

/** A version of some object of the store. */
const someObject = async (): Promise<ObjectVersion> => {
  const [one] = (await trail.objects.list('class=access/')).versions;
  if (one === undefined) throw new Error('expected an object in the store');
  return one;
};

test('an order that is placed and read leaves one record of each, in the locked store, in chains that verify', async () => {
  const { api } = store();
  const placed = await api.place(orderOf(await store().newArticle()), `audit-${randomUUID()}`);
  const { orderId } = placedIn(placed);
  const read = await api.read(orderId);
  expect([placed.status, read.status]).toEqual([201, 200]);

  const records = await eventually(
    () => recordsOf(`order/${orderId}`),
    (found) => found.length >= 2,
  );

  const actions = records.map(({ action }) => action).sort();
  expect(actions).toEqual(['order.place', 'order.read']);
  const reading = records.find(({ action }) => action === 'order.read');
  expect(reading).toMatchObject({
    revision: 1,
    class: 'access',
    actor: { id: 'store-front', role: 'client' },
    fields: ['customerId'],
    outcome: 'granted',
    region: store().cloud.region,
    recordId: recordIdOf(reading?.requestId ?? '', 'order.read'),
  });
  const { findings } = await verifyTrail(trail, {}, days, new Date());
  expect(findings.length).toBeGreaterThan(0);
  expect(findings.filter(isAlarming)).toEqual([]);
});

test('an order that is not there leaves a record that says so in its second revision', async () => {
  const orderId = randomUUID();
  expect((await store().api.read(orderId)).status).toBe(404);

  const records = await eventually(
    () => recordsOf(`order/${orderId}`),
    (found) => found.length >= 2,
  );

  expect(records.map(({ revision, ...record }) => [revision, record.outcome, record.class]).sort()).toEqual([
    [1, 'granted', 'access'],
    [2, 'not-found', 'security'],
  ]);
});

test('an hour that is over is sealed, and its seals hold, here and in the copies', async () => {
  const { system, cloud } = store();
  const orderId = randomUUID();
  await store().api.read(orderId);
  const [link] = await eventually(
    () => linksOf(`order/${orderId}`),
    (found) => found.length >= 2,
  );
  const chain = link?.chain ?? '';

  await closeHour(system, Date.now());
  await sealClosed(system);

  const { seals } = await trail.readSeals();
  expect(seals.map(({ signed }) => signedSeal.parse(signed).seal.chain)).toContain(chain);
  const chainIn = async (place: RegionTrail, copiesOf?: string) => {
    const asked = copiesOf === undefined ? {} : { copiesOf };
    const { findings } = await verifyTrail(place, asked, days, new Date());
    return findings.find((finding) => finding.chain === chain)?.verdict;
  };
  // A link of the chain may still be on its way to the store.
  expect(
    await eventually(
      () => chainIn(trail),
      (verdict) => verdict === 'intact',
    ),
  ).toBe('intact');
  const [, other] = cloud.regions;
  if (other === undefined) throw new Error('expected a second region');
  const there = await openRegionTrail('local', other);
  expect(
    await eventually(
      () => chainIn(there, cloud.region),
      (verdict) => verdict === 'intact',
    ),
  ).toBe('intact');
});

test('the records are copied to the other region, with their lock', async () => {
  const [, other] = store().cloud.regions;
  if (other === undefined) throw new Error('expected a second region');
  const here = await someObject();
  const there = await openRegionTrail('local', other);

  const copies = await eventually(
    async () => (await there.objects.list(here.key)).versions,
    (found) => found.length > 0,
  );

  expect(copies.map(({ key }) => key)).toEqual([here.key]);
  for (const { bucket, key, versionId } of copies) {
    const command = new DeleteObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId });
    expect(await refusalOf(s3(clientConfig(other)).send(command))).toBe('AccessDenied');
  }
});

test('the auditor opens what the store’s key closed, and no role of an application does', async () => {
  const { cloud, system } = store();
  const config = clientConfig(cloud);
  const { StackResources = [] } = await new CloudFormationClient(config).send(
    new DescribeStackResourcesCommand({ StackName: `${cloud.stackPrefix}-AuditStore` }),
  );
  const KeyId = StackResources.find(({ LogicalResourceId }) =>
    LogicalResourceId?.startsWith('StoreKey'),
  )?.PhysicalResourceId;
  const { CiphertextBlob } = await new KMSClient(config).send(
    new EncryptCommand({ KeyId, Plaintext: Buffer.from('a record') }),
  );
  const decrypt = (client: KMSClient) => refusalOf(client.send(new DecryptCommand({ KeyId, CiphertextBlob })));

  const roles: string[] = [];
  for await (const { Functions = [] } of paginateListFunctions({ client: system.lambda }, {}))
    for (const { FunctionName = '' } of Functions)
      if (
        /(ReadOrder|PlaceOrder|ChainRecords|SealChains)/.test(FunctionName) &&
        FunctionName.includes(cloud.stackPrefix)
      )
        roles.push((await system.lambda.send(new GetFunctionConfigurationCommand({ FunctionName }))).Role ?? 'no role');
  expect(roles).toHaveLength(4);
  for (const RoleArn of roles) {
    const { Credentials } = await new STSClient(config).send(
      new AssumeRoleCommand({ RoleArn, RoleSessionName: 'audit-test' }),
    );
    const credentials = {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    };
    expect(await decrypt(new KMSClient({ ...config, credentials }))).toBe('AccessDeniedException');
  }
  expect(await decrypt(new KMSClient(await auditorOf(cloud, cloud.outputs)))).toBe('permitted');
});

test('a record cannot be deleted: not before its time, and not at all while it is held', async () => {
  const config = clientConfig(store().cloud);
  const { bucket: Bucket, key: Key, versionId: VersionId } = await someObject();
  const deletion = (more = {}) =>
    refusalOf(s3(config).send(new DeleteObjectCommand({ Bucket, Key, VersionId, ...more })));

  expect(await deletion()).toBe('AccessDenied');

  expect(await holdRecords(trail, Key, true)).toHaveLength(1);
  expect(await deletion({ BypassGovernanceRetention: true })).toBe('AccessDenied');
  expect(await holdRecords(trail, Key, false)).toHaveLength(1);
  expect((await trail.objects.list(Key)).versions).toHaveLength(1);
});
