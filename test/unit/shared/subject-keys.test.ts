import * as z from 'zod/mini';
import { CachedKeyWrapping } from '../../../lambdas/shared/cached-key-wrapping';
import { customerSeals } from './customer-seals';
import { InMemorySubjectKeys, testTokenOf } from './in-memory-subject-keys';

const field = { customerId: 'customer-42', field: 'order/1/shipTo' };
const text = z.string();

describe('an unwrapped key', () => {
  const later = (seconds: number) => new Date(Date.UTC(2026, 10, 23, 8, 0, seconds));
  const wrapped = (name: string) => Buffer.from(name);
  const setUp = (atMost?: number) => {
    let [now, asked] = [later(0), 0];
    const kms = {
      make: async (subject: string) => ({ key: wrapped(`key of ${subject}`), wrapped: wrapped(subject) }),
      unwrap: async (subject: string) => {
        asked += 1;
        return wrapped(`key of ${subject}`);
      },
    };
    const cached = new CachedKeyWrapping(kms, { clock: { now: () => now }, ...(atMost !== undefined && { atMost }) });
    return {
      unwrap: (subject: string) => cached.unwrap(subject, wrapped(subject)),
      asked: () => asked,
      at: (seconds: number) => {
        now = later(seconds);
      },
    };
  };

  it('is asked of KMS once in five minutes, however often it is used', async () => {
    const { unwrap, asked, at } = setUp();
    const first = await unwrap('ada');
    for (const seconds of [60, 120, 180, 240, 299]) {
      at(seconds);
      expect(await unwrap('ada')).toEqual(first);
    }
    expect(asked()).toBe(1);

    at(300);
    await unwrap('ada');
    expect(asked()).toBe(2);
  });

  it('gives way to newer ones when there are too many', async () => {
    const { unwrap, asked } = setUp(2);
    for (const subject of ['ada', 'bob', 'eve', 'eve', 'bob']) await unwrap(subject);
    expect(asked()).toBe(3);

    await unwrap('ada');
    expect(asked()).toBe(4);
  });

  it('is kept for no longer than its time when a slower answer came in between', async () => {
    let now = later(0);
    let answerSlowly: () => void = () => undefined;
    let asked = 0;
    const kms = {
      make: async () => ({ key: wrapped('k'), wrapped: wrapped('w') }),
      unwrap: (subject: string) => {
        asked += 1;
        const key = wrapped(subject);
        if (subject !== 'slow' || asked > 1) return Promise.resolve(key);
        return new Promise<Buffer>((resolve) => {
          answerSlowly = () => resolve(key);
        });
      },
    };
    const cached = new CachedKeyWrapping(kms, { clock: { now: () => now } });
    const slow = cached.unwrap('slow', wrapped('slow'));
    now = later(200);
    await cached.unwrap('quick', wrapped('quick'));
    answerSlowly();
    await slow;

    now = later(301);
    await cached.unwrap('slow', wrapped('slow'));

    expect(asked).toBe(3);
  });
});

describe('a field that was sealed in one region', () => {
  it('is opened in another one', async () => {
    const keys = new InMemorySubjectKeys('sa-east-1');
    const [here, there] = [customerSeals(keys), customerSeals(keys.in('us-east-1'), 'us-east-1')];

    expect(await there.open(field, await here.seal(field, 'Ada'), text)).toBe('Ada');
    expect(await here.open(field, await there.seal(field, 'Ada'), text)).toBe('Ada');
  });

  it('is opened among many others with one look at the keys', async () => {
    const keys = new InMemorySubjectKeys('sa-east-1');
    const [here, there] = [customerSeals(keys), customerSeals(keys.in('us-east-1'), 'us-east-1')];
    const [one, other] = [await here.seal(field, 'Ada'), await there.seal(field, 'Bob')];
    const before = keys.reads;

    const open = await here.openerOf(field.customerId);

    expect([open(field.field, one, text), open(field.field, other, text)]).toEqual(['Ada', 'Bob']);
    expect(keys.reads - before).toBe(1);
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
    const { seal, open, openerOf, erase } = customerSeals();
    const sealed = await seal(field, 'Ada');
    await erase(field.customerId);

    const erased = { name: 'SubjectErasedError', subject: await testTokenOf(field.customerId) };
    await expect(open(field, sealed, text)).rejects.toMatchObject(erased);
    await expect(seal(field, 'Ada')).rejects.toMatchObject(erased);
    await expect(openerOf(field.customerId)).rejects.toMatchObject(erased);
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
