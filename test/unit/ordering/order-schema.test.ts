import fc from 'fast-check';
import { deliveryAddressOf, shippingAddressOf } from '../../../lambdas/ordering/delivery-address';
import { type Order, sagaDataOf } from '../../../lambdas/ordering/order';
import { orderSagaData } from '../../../lambdas/ordering/order-saga.contract';
import { orderHistory } from '../../../lambdas/ordering/order-schema';
import { newestOrderSchema } from '../../../lambdas/ordering/order-schema.contract';
import { body, orderId, placedOrder } from './fixtures';

const at = (street: string) => ({ ...body.shipTo, street });

/** Any text, and texts that look like streets with numbers. */
const streets = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom(' ', '1', '9', ',', 'a', 'é', '-', '/', '\t') }),
  fc
    .tuple(fc.string({ unit: 'grapheme' }), fc.nat(), fc.constantFrom('', 'b', '-3', '/2', ' '))
    .map(([name, number, more]) => `${name} ${number}${more}`),
);

it('takes the house number out of an address, and puts it back', () => {
  const address = deliveryAddressOf(at('Rua das Flores 10'));

  expect(address).toEqual({ ...body.shipTo, street: 'Rua das Flores', houseNumber: '10' });
  expect(shippingAddressOf(address)).toEqual(at('Rua das Flores 10'));
});

it.each(['221B', '7/2', '12-14'])('knows %s for a house number', (houseNumber) => {
  expect(deliveryAddressOf(at(`Baker Street ${houseNumber}`))).toMatchObject({ street: 'Baker Street', houseNumber });
});

it.each([
  ['it has none', 'Hauptstrasse'],
  ['it stands before the street', '10 Downing Street'],
  ['a comma stands before it', 'Rua das Flores, 10'],
  ['two spaces stand before it', 'Rua das Flores  10'],
  ['nothing stands before it', ' 10'],
  ['the last word is no number', 'Avenida Paulista s/n'],
])('leaves the street as it is when %s', (_, street) => {
  expect(deliveryAddressOf(at(street))).toMatchObject({ street, houseNumber: '' });
});

test('an order of version 1 comes back as it was, whatever its street', () => {
  fc.assert(
    fc.property(streets, (street) => {
      const { country: _country, ...order3 } = placedOrder();
      const v1 = { ...order3, shipTo: at(street) };

      const order = orderHistory.up(`order/${orderId}`, v1, 1);

      expect(orderHistory.down(order, 1)).toEqual(v1);
      // What new code has written in the old form is read as it was decided.
      expect(orderHistory.up(`order/${orderId}`, orderHistory.down(order, 1), 1)).toEqual(order);
      expect(orderHistory.up(`order/${orderId}`, orderHistory.down(order, 2), 2)).toEqual(order);
    }),
    { numRuns: 500 },
  );
});

test('the saga is told the address as the client has given it', () => {
  const shipTo = deliveryAddressOf(at('Rua das Flores 10'));
  const order: Order = placedOrder({ shipTo });

  expect(shipTo.houseNumber).toBe('10');
  expect(orderSagaData.parse(sagaDataOf(order)).shipTo).toEqual(at('Rua das Flores 10'));
  expect(sagaDataOf(order).shipTo).not.toHaveProperty('houseNumber');
});

test('the number that functions are deployed with is that of the newest version', () => {
  expect(orderHistory.newest).toBe(newestOrderSchema);
});
