import { answerOnce } from '../../lambdas/sandbox/answer-once.use-case';
import type { Books } from '../../lambdas/sandbox/books.port';
import { type Charge, decideCharge, decideVoid } from '../../lambdas/sandbox/charge';
import { DynamoDbBooks } from '../../lambdas/sandbox/dynamodb-books.adapter';
import { DynamoDbEffectLedger } from '../../lambdas/sandbox/dynamodb-effect-ledger.adapter';
import { DynamoDbFaults } from '../../lambdas/sandbox/dynamodb-faults.adapter';
import type { EffectLedger } from '../../lambdas/sandbox/effect-ledger.port';
import type { Faults } from '../../lambdas/sandbox/faults.port';
import { InMemoryBooks, InMemoryFaults } from '../unit/sandbox/in-memory-sandbox';
import { temporaryTable } from './temporary-table';

interface MemoryUnderTest {
  readonly books: Books<Charge>;
  readonly ledger: EffectLedger;
  readonly faults: Faults;
}

/** `start` answers an empty memory each time. */
const sandboxMemoryContract = (name: string, start: () => MemoryUnderTest): void => {
  describe(`${name} remembers what the outside world did`, () => {
    const asked = (idempotencyKey: string, key = 'charge-1', reference = 'order-1') => ({
      request: { idempotencyKey, key, fingerprint: idempotencyKey },
      about: { idempotencyKey, key, reference, now: new Date('2026-11-23T08:00:00.000Z') },
    });
    const world = () => {
      const memory = start();
      const once = answerOnce(memory.books);
      const charge = (idempotencyKey: string, reference?: string) => {
        const { request, about } = asked(idempotencyKey, idempotencyKey, reference);
        const money = { amountMinor: 4200, currency: 'BRL', declined: false };
        return once(request, (held) => decideCharge(held, { ...about, ...money }));
      };
      const undo = (idempotencyKey: string, key: string) => {
        const { request, about } = asked(idempotencyKey, key);
        return once(request, (held) => decideVoid(held, about));
      };
      const kinds = async () => (await memory.ledger.page({ limit: 100 })).entries.map(({ kind }) => kind);
      return { ...memory, once, charge, undo, kinds };
    };

    it('has an effect once when it is asked for many times at once', async () => {
      const { charge, kinds } = world();

      const answers = await Promise.all([1, 2, 3].map(() => charge('charge-1')));

      expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
      expect(await kinds()).toEqual(['charge']);
    });

    it('keeps no money when charge and void come at the same time', async () => {
      const { charge, undo, kinds } = world();

      await Promise.all([charge('charge-1'), undo('undo-1', 'charge-1')]);

      expect([['charge', 'refund'], ['void']]).toContainEqual((await kinds()).sort());
    });

    it('refunds once when two voids come at the same time', async () => {
      const { charge, undo, kinds } = world();
      await charge('charge-1');

      await Promise.all([undo('undo-1', 'charge-1'), undo('undo-2', 'charge-1')]);

      expect((await kinds()).sort()).toEqual(['charge', 'refund']);
    });

    it('knows a key that was used for another request', async () => {
      const { once, charge } = world();
      await charge('charge-1');

      const other = { idempotencyKey: 'charge-1', key: 'charge-1', fingerprint: 'another' };

      expect(await once(other, () => ({ answer: { kind: 'done', status: 200, body: {} }, ledger: [] }))).toMatchObject({
        refusal: 'idempotency-key-reused',
      });
    });

    it('pages through its ledger, all of it or of one order', async () => {
      const { charge, ledger } = world();
      for (const number of [1, 2, 3]) await charge(`charge-${number}`, `order-${number}`);

      const first = await ledger.page({ limit: 2 });
      const second = await ledger.page({ limit: 2, ...(first.next !== undefined && { from: first.next }) });
      const keys = [...first.entries, ...second.entries].map(({ key }) => key);

      expect(keys).toEqual(['charge-1', 'charge-2', 'charge-3']);
      expect(second.next).toBeUndefined();
      expect((await ledger.page({ reference: 'order-2', limit: 5 })).entries).toEqual([
        { kind: 'charge', key: 'charge-2', reference: 'order-2', amountMinor: 4200, at: '2026-11-23T08:00:00.000Z' },
      ]);
    });

    it('counts a fault down, also when many requests are hit at once', async () => {
      const { faults } = world();
      await faults.put({ operation: 'charge', reference: 'order-1', mode: 'error', times: 2, delayMilliseconds: 1 });

      const hits = await Promise.all([1, 2, 3, 4].map(() => faults.take('charge', 'order-1')));

      expect(hits.filter((hit) => hit !== undefined)).toHaveLength(2);
      expect(await faults.take('charge', 'order-2')).toBeUndefined();
      expect(await faults.list()).toMatchObject([{ times: 0 }]);
    });

    it('finds the narrowest fault first, and none when they are removed', async () => {
      const { faults } = world();
      await faults.put({ operation: '*', mode: 'down', delayMilliseconds: 1 });
      await faults.put({ operation: 'charge', reference: 'order-1', mode: 'slow', times: 1, delayMilliseconds: 1 });

      expect(await faults.take('charge', 'order-1')).toMatchObject({ mode: 'slow' });
      expect(await faults.take('charge', 'order-1')).toMatchObject({ mode: 'down' });
      expect(await faults.take('void', 'order-9')).toMatchObject({ mode: 'down' });
      await faults.clear();
      expect(await faults.take('void', 'order-9')).toBeUndefined();
    });
  });
};

sandboxMemoryContract('the memory of the tests', () => {
  const books = new InMemoryBooks<Charge>();
  return { books, ledger: books, faults: new InMemoryFaults() };
});

describe('on DynamoDB', () => {
  const table = temporaryTable('sandbox-memory');
  let number = 0;

  sandboxMemoryContract('the table', () => {
    const { client, tableName } = table();
    number += 1;
    const options = { tableName, service: `service-${number}` };
    return {
      books: new DynamoDbBooks<Charge>(client, options),
      ledger: new DynamoDbEffectLedger(client, options),
      faults: new DynamoDbFaults(client, options),
    };
  });
});
