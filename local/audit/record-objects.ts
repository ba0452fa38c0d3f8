import { gunzipSync } from 'node:zlib';
import {
  GetObjectCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  PutObjectLegalHoldCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { inParallel } from '../in-parallel';
import type { AuditorConfig } from './auditor';
import type { StoredLine } from './verify-chains';

/** One version of an object of the store. */
export interface ObjectVersion {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string;
}

/** Something asked to delete an object: somebody, or the bucket's own lifecycle. */
export interface DeleteMarker {
  readonly bucket: string;
  readonly key: string;
  readonly at: Date;
}

/** What is below a prefix. */
export interface ListedObjects {
  readonly versions: readonly ObjectVersion[];
  readonly deleteMarkers: readonly DeleteMarker[];
}

const readAtOnce = 16;

const isGzip = (bytes: Buffer): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** The text of an object; what cannot be opened is one line that no chain knows. */
const textOf = (bytes: Buffer): string => {
  if (!isGzip(bytes)) return bytes.toString('utf8');
  try {
    return gunzipSync(bytes).toString('utf8');
  } catch {
    return 'an object that gzip cannot open';
  }
};

/** What a version is called in a report. */
export const nameOfVersion = ({ bucket, key, versionId }: ObjectVersion): string => `${bucket}/${key} (${versionId})`;

/** The objects of a region's store, as an auditor sees them. */
export class RecordObjects {
  readonly #s3: S3Client;
  readonly #buckets: readonly string[];

  constructor(auditor: AuditorConfig, buckets: readonly string[]) {
    this.#s3 = new S3Client({ ...auditor, forcePathStyle: auditor.endpoint !== undefined });
    this.#buckets = buckets;
  }

  /** Everything whose key begins so, in all versions. */
  async list(prefix: string): Promise<ListedObjects> {
    const versions: ObjectVersion[] = [];
    const deleteMarkers: DeleteMarker[] = [];
    for (const bucket of this.#buckets) {
      let from: { readonly KeyMarker?: string; readonly VersionIdMarker?: string } | undefined = {};
      while (from !== undefined) {
        const page: ListObjectVersionsCommandOutput = await this.#s3.send(
          new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix, ...from }),
        );
        for (const { Key: key = '', VersionId: versionId = 'null' } of page.Versions ?? [])
          versions.push({ bucket, key, versionId });
        for (const { Key: key = '', LastModified: at = new Date(0) } of page.DeleteMarkers ?? [])
          deleteMarkers.push({ bucket, key, at });
        const { IsTruncated, NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page;
        from =
          IsTruncated === true && KeyMarker !== undefined
            ? { KeyMarker, ...(VersionIdMarker && { VersionIdMarker }) }
            : undefined;
      }
    }
    return { versions, deleteMarkers };
  }

  /** The lines of these versions. */
  async read(versions: readonly ObjectVersion[]): Promise<readonly StoredLine[]> {
    const lines = await inParallel(versions, readAtOnce, async (version) => {
      const { bucket: Bucket, key: Key, versionId: VersionId } = version;
      const { Body } = await this.#s3.send(new GetObjectCommand({ Bucket, Key, VersionId }));
      const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
      const object = nameOfVersion(version);
      return textOf(bytes)
        .split('\n')
        .filter((text) => text !== '')
        .map((text): StoredLine => ({ object, text }));
    });
    return lines.flat();
  }

  /** Puts these versions under a legal hold, or ends it. */
  async hold(versions: readonly ObjectVersion[], isHeld: boolean): Promise<void> {
    await inParallel(versions, readAtOnce, async ({ bucket: Bucket, key: Key, versionId: VersionId }) => {
      const LegalHold = { Status: isHeld ? ('ON' as const) : ('OFF' as const) };
      await this.#s3.send(new PutObjectLegalHoldCommand({ Bucket, Key, VersionId, LegalHold }));
    });
  }
}
