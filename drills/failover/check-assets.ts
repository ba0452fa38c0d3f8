import { setTimeout as sleep } from 'node:timers/promises';
import { HeadObjectCommand, NotFound, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { clientConfig } from '../../local/deployment/aws-clients';
import { type DeployedSystem, MissingResourceError } from '../harness/deployed-system';
import { atMost, type Figure, informative, none } from '../harness/figure';

const OBJECTS = 10;
const COPIED_LIMIT_MILLISECONDS = 30_000;
/** What the first request to a lost origin may take longer than one to an origin that is well. */
const ADDED_SECONDS = 2;

/** Files that a page needs, put to one region and served by the distribution. */
export interface Assets {
  /** Fetches every file through the distribution; failed ones are named by their status. */
  fetchAll(): Promise<{ readonly failed: readonly string[]; readonly slowestSeconds: number }>;
}

const isThere = async (
  s3: S3Client,
  object: { readonly Bucket: string; readonly Key: string | undefined },
): Promise<boolean> => {
  try {
    await s3.send(new HeadObjectCommand(object));
    return true;
  } catch (error) {
    if (error instanceof NotFound) return false;
    throw error;
  }
};

/** Puts files into a region's bucket and waits until the other region has them. @param url of what plays the distribution */
export const putAssets = async (system: DeployedSystem, url: string, run: string): Promise<Assets> => {
  const { local } = system.cloud;
  if (local === undefined) throw new MissingResourceError('the drill needs the local cloud');
  const s3 = new S3Client({ ...clientConfig(system.cloud), forcePathStyle: true });
  const keys = Array.from({ length: OBJECTS }, (_, index) => `drill/${run}/${index}.svg`);
  const Bucket = system.cloud.outputs.get('AssetsData', 'AssetsBucketName');
  for (const Key of keys)
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: `<svg id="${Key}"/>`, ContentType: 'image/svg+xml' }));
  s3.destroy();
  const others = local.regions.filter(({ region }) => region !== system.cloud.region);
  for (const place of others) {
    const there = new S3Client({ ...clientConfig(place), forcePathStyle: true });
    const copy = { Bucket: place.outputs.get('AssetsData', 'AssetsBucketName'), Key: keys.at(-1) };
    const deadline = Date.now() + COPIED_LIMIT_MILLISECONDS;
    while (!(await isThere(there, copy))) {
      if (Date.now() > deadline) throw new MissingResourceError(`${copy.Bucket} has no copy of ${copy.Key ?? ''}`);
      await sleep(200);
    }
    there.destroy();
  }
  return {
    fetchAll: async () => {
      const failed: string[] = [];
      let slowestSeconds = 0;
      for (const key of keys) {
        const from = performance.now();
        const { status } = await fetch(`${url}/${key}`);
        slowestSeconds = Math.max(slowestSeconds, (performance.now() - from) / 1000);
        if (status !== 200) failed.push(`${key}: ${status}`);
      }
      return { failed, slowestSeconds };
    },
  };
};

/** Counts what clients of the assets see while the first region is gone. @param go makes it go, and come back */
export const countAssets = async (
  assets: Assets,
  ways: readonly (readonly [name: string, go: (gone: boolean) => Promise<void>])[],
): Promise<Figure[]> => {
  const calm = await assets.fetchAll();
  const figures: Figure[] = [
    informative('assets: slowest file while all is well', calm.slowestSeconds, 's'),
    none('assets: files not served while all is well', calm.failed),
  ];
  for (const [name, go] of ways) {
    await go(true);
    try {
      const { failed, slowestSeconds } = await assets.fetchAll();
      figures.push(
        none(`assets: files not served while the first origin is ${name}`, failed),
        atMost(
          `assets: added to the slowest file while it is ${name}`,
          slowestSeconds - calm.slowestSeconds,
          ADDED_SECONDS,
          's',
        ),
      );
    } finally {
      await go(false);
    }
  }
  return figures;
};
