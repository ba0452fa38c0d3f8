import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  ListObjectVersionsCommand,
  PutObjectRetentionCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { ObjectVersion } from '../../local/audit/record-objects';
import type { Administrator } from './administrator';

/** Something that somebody tried against the store, and what came of it. */
export interface Attempt {
  readonly what: string;
  /** Name of the error. @default it was permitted */
  readonly refusal?: string;
}

/** What came of all attempts. */
export interface Attempts {
  readonly attempts: readonly Attempt[];
  /** Locked versions that are not there any more, by key. */
  readonly deleted: readonly string[];
}

const refusalOf = async (call: Promise<unknown>): Promise<string | undefined> => {
  try {
    await call;
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
};

const MINUTE_MILLISECONDS = 60_000;

/**
 * Tries, as an administrator, to get rid of locked versions: to delete them, past the lock, too, one by one and together, and to have their lock end
 * earlier. A marker of deletion is no deletion, and is left out: everybody may set one.
 * @param now milliseconds since 1970
 */
export const tryDeletions = async (
  { config }: Administrator,
  versions: readonly ObjectVersion[],
  now: number,
): Promise<Attempts> => {
  const s3 = new S3Client({ ...config, maxAttempts: 1, forcePathStyle: config.endpoint !== undefined });
  const attempts: Attempt[] = [];
  const attempt = async (what: string, call: Promise<unknown>): Promise<void> => {
    const refusal = await refusalOf(call);
    attempts.push({ what, ...(refusal !== undefined && { refusal }) });
  };
  for (const { bucket: Bucket, key: Key, versionId: VersionId } of versions) {
    const object = { Bucket, Key, VersionId };
    const Retention = { Mode: 'GOVERNANCE', RetainUntilDate: new Date(now + MINUTE_MILLISECONDS) } as const;
    const past = { BypassGovernanceRetention: true };
    // What takes less comes first: a lock that ended earlier would be no lock for what follows.
    await attempt(`delete ${Key}`, s3.send(new DeleteObjectCommand(object)));
    await attempt(`shorten the lock of ${Key}`, s3.send(new PutObjectRetentionCommand({ ...object, Retention })));
    await attempt(
      `shorten the lock of ${Key}, past the lock`,
      s3.send(new PutObjectRetentionCommand({ ...object, Retention, ...past })),
    );
    await attempt(`delete ${Key}, past the lock`, s3.send(new DeleteObjectCommand({ ...object, ...past })));
    const Delete = { Objects: [{ Key, VersionId }] };
    const many = s3.send(new DeleteObjectsCommand({ Bucket, Delete, ...past }));
    await attempt(
      `delete ${Key} among others, past the lock`,
      many.then(({ Errors = [] }) => {
        const [first] = Errors;
        if (first !== undefined) throw Object.assign(new Error(first.Message), { name: first.Code ?? 'refused' });
      }),
    );
  }
  const deleted: string[] = [];
  for (const { bucket: Bucket, key: Prefix, versionId } of versions) {
    const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket, Prefix }));
    if (!Versions.some(({ VersionId }) => VersionId === versionId)) deleted.push(Prefix);
  }
  return { attempts, deleted };
};
