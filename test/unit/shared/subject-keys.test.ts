import * as z from 'zod/mini';
import { CachedSubjectKeys } from '../../../lambdas/shared/cached-subject-keys';
import { subjectOf } from '../../../lambdas/shared/data-subject';
import { customerSeals } from './customer-seals';
import { InMemorySubjectKeys } from './in-memory-subject-keys';

const field = { customerId: 'customer-42', field: 'order/1/shipTo' };
const text = z.string();

describe('the key of a subject', () => {
  const later = (seconds: number) => new Date(Date.UTC(2026, 10, 23, 8, 0, seconds));
  const setUp = (atMost?: number) => {
    let now = later(0);
    const keys = new InMemorySubjectKeys();
    const cached = new CachedSubjectKeys(keys, { clock: { now: () => now }, ...(atMost !== undefined && { atMost }) });
    return {
      keys,
      cached,
      at: (seconds: number) => {
        now = later(seconds);
      },
    };
  };

  it('is read once in five minutes, however often it is used', async () => {
    const { keys, cached, at } = setUp();
    const first = await cached.own('ada');
    for (const seconds of [60, 120, 180, 240, 299]) {
      at(seconds);
      expect(await cached.own('ada')).toEqual(first);
    }
    expect(keys.reads).toBe(1);

    at(300);
    await cached.own('ada');
    expect(keys.reads).toBe(2);
  });

  it('is not found any more five minutes after its subject was erased', async () => {
    const { keys, cached, at } = setUp();
    await cached.own('ada');
    keys.erase('ada');

    at(299);
    await expect(cached.own('ada')).resolves.toBeDefined();
    at(300);
    await expect(cached.own('ada')).rejects.toMatchObject({ name: 'SubjectErasedError', subject: 'ada' });
  });

  it('gives way to newer ones when there are too many', async () => {
    const { keys, cached } = setUp(2);
    for (const subject of ['ada', 'bob', 'eve', 'eve', 'bob']) await cached.own(subject);
    expect(keys.reads).toBe(3);

    await cached.own('ada');
    expect(keys.reads).toBe(4);
  });

  it('is not kept when it could not be read', async () => {
    const { keys, cached } = setUp();
    await expect(cached.of('ada', 'us-east-1')).rejects.toMatchObject({ name: 'SubjectKeyMissingError' });
    await keys.in('us-east-1').own('ada');

    await expect(cached.of('ada', 'us-east-1')).resolves.toBeDefined();
  });
});

describe('a field that was sealed in one region', () => {
  it('is opened in another one', async () => {
    const keys = new InMemorySubjectKeys('sa-east-1');
    const [here, there] = [customerSeals(keys), customerSeals(keys.in('us-east-1'), 'us-east-1')];

    expect(await there.open(field, await here.seal(field, 'Ada'), text)).toBe('Ada');
    expect(await here.open(field, await there.seal(field, 'Ada'), text)).toBe('Ada');
  });

  it('waits for its key when replication has not brought it', async () => {
    const sealed = await customerSeals().seal(field, 'Ada');

    const { open } = customerSeals(new InMemorySubjectKeys('us-east-1'), 'us-east-1');
    await expect(open(field, sealed, text)).rejects.toMatchObject({
      name: 'SubjectKeyMissingError',
      region: 'sa-east-1',
    });
  });

  it('cannot be opened, and nothing more be sealed, once its customer is erased', async () => {
    const { seal, open, erase } = customerSeals();
    const sealed = await seal(field, 'Ada');
    erase(field.customerId);

    const erased = { name: 'SubjectErasedError', subject: subjectOf(field.customerId) };
    await expect(open(field, sealed, text)).rejects.toMatchObject(erased);
    await expect(seal(field, 'Ada')).rejects.toMatchObject(erased);
  });

  it('is refused when it holds something else than its contract says', async () => {
    const { seal, open } = customerSeals();

    await expect(open(field, (await seal(field, 42)) as never, text)).rejects.toMatchObject({
      name: 'SealBrokenError',
    });
  });

  it('is answered as it is when it was never sealed', async () => {
    expect(await customerSeals().open(field, 'Ada', text)).toBe('Ada');
  });
});
