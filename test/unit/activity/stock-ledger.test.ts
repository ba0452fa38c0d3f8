import { stockRefusedV1, stockReleasedV1, stockReservedV1 } from '../../../contracts/avro/events';
import { stockLedger, withoutMovement } from '../../../lambdas/activity/stock-ledger';
import { eventIdOf } from '../../../lambdas/shared/deterministic-id';
import { EIGHT, projected } from './projecting';

const lines = [
  { sku: 'MUG', quantity: 2 },
  { sku: 'CUP', quantity: 1 },
];
const reservation = { subject: 'reservation/o1', sequence: 1, arrivedAfter: 250, sequenceNumber: '4959' };

describe('the ledger of stock movements', () => {
  it('has an entry at the place of the event in the log, and a balance an article', () => {
    const effects = projected(stockLedger, stockReservedV1, { orderId: 'o1', lines }, reservation);

    const [entry, ...balances] = effects;
    expect(entry).toMatchObject({
      kind: 'put',
      key: { pk: 'LEDGER#sa-east-1', sk: '4959'.padStart(56, '0') },
      attributes: {
        ...{ itemType: 'LEDGER', eventId: eventIdOf('reservation/o1', 1, stockReservedV1.type) },
        ...{ entity: 'reservation/o1', sequence: 1, movement: 'reserved', orderId: 'o1' },
        ...{ occurredAt: EIGHT, arrivedAt: '2026-11-23T08:00:00.250Z' },
      },
    });
    expect(balances).toEqual(
      lines.map(({ sku, quantity }) => ({
        kind: 'add',
        key: { pk: 'BALANCE#sa-east-1', sk: sku },
        amounts: { held: quantity, reserved: quantity },
        attributes: { itemType: 'BALANCE', sku },
      })),
    );
  });

  it('takes off again what is released, and says how much that was', () => {
    const effects = projected(stockLedger, stockReleasedV1, { orderId: 'o1', lines }, { ...reservation, sequence: 2 });

    expect(effects.slice(1)).toMatchObject([
      { key: { sk: 'MUG' }, amounts: { held: -2, released: 2 } },
      { key: { sk: 'CUP' }, amounts: { held: -1, released: 1 } },
    ]);
  });

  it('sorts entries as the log does, however many digits its numbers have', () => {
    const keys = ['9', '10', '49590338271490256608559692538361571095921575989136588898'].map((sequenceNumber) => {
      const place = { ...reservation, sequenceNumber };
      return projected(stockLedger, stockReservedV1, { orderId: 'o1', lines }, place)[0]?.key.sk ?? '';
    });

    expect([...keys].sort()).toEqual(keys);
  });

  it('lets what moves no stock take its turn', () => {
    expect(withoutMovement).toEqual([stockRefusedV1.type]);
  });
});
