import { BackfillTakenError } from '../../../lambdas/shared/backfill.errors';
import type { BackfillCheckpoint, BackfillCheckpoints } from '../../../lambdas/shared/backfill-checkpoints.port';
import { DynamoDbBackfillCheckpoints } from '../../../lambdas/shared/dynamodb-backfill-checkpoints.adapter';
import { InMemoryBackfillCheckpoints } from '../../unit/shared/in-memory-backfill-checkpoints';
import { temporaryTable } from '../temporary-table';

const checkpoint = (segment: number, changes: Partial<BackfillCheckpoint> = {}): BackfillCheckpoint => ({
  ...{ run: 'run-1', schemaVersion: 2, segment, segments: 4, seen: 10, changed: 8, foreign: 1, left: 1, done: false },
  ...{ startedAt: '2026-11-26T08:00:00.000Z', updatedAt: '2026-11-26T08:00:01.000Z', revision: 1 },
  ...{ cursor: { pk: 'note/7', sk: 'ENTITY' } },
  ...changes,
});

const checkpointsContract = (name: string, start: (kind: string) => BackfillCheckpoints): void => {
  describe(name, () => {
    it('finds what was saved last of a part, and nothing of the others', async () => {
      const checkpoints = start('note');
      await checkpoints.save(checkpoint(1));
      const { cursor: _passed, ...last } = checkpoint(1, { revision: 2, done: true });

      await checkpoints.save(last);

      expect(await checkpoints.find(1)).toEqual(last);
      expect(await checkpoints.find(2)).toBeUndefined();
    });

    it('lets one of two through who work on the same part', async () => {
      const checkpoints = start('letter');
      await checkpoints.save(checkpoint(0));

      await expect(checkpoints.save(checkpoint(0, { seen: 11 }))).rejects.toThrow(BackfillTakenError);
      await checkpoints.save(checkpoint(0, { seen: 12, revision: 2 }));
      await expect(checkpoints.save(checkpoint(0, { seen: 13, revision: 2 }))).rejects.toThrow(BackfillTakenError);

      expect(await checkpoints.find(0)).toMatchObject({ seen: 12 });
    });
  });
};

checkpointsContract('checkpoints in memory', () => new InMemoryBackfillCheckpoints());

describe('on the local cloud', () => {
  const table = temporaryTable('backfill-checkpoints');

  checkpointsContract('checkpoints in the table', (kind) => {
    const { client, tableName } = table();
    return new DynamoDbBackfillCheckpoints(client, { tableName, kind, region: 'sa-east-1' });
  });

  it('are of one region: tables are replicated, and each region works on its own entities', async () => {
    const { client, tableName } = table();
    const [here, there] = ['sa-east-1', 'us-east-1'].map(
      (region) => new DynamoDbBackfillCheckpoints(client, { tableName, kind: 'memo', region }),
    );
    await here?.save(checkpoint(0));

    expect(await there?.find(0)).toBeUndefined();
  });
});
