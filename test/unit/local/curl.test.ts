import { execFileSync } from 'node:child_process';
import { placeOrderCurl } from '../../../local/orders/curl';
import { exampleOrder } from '../../../local/orders/three-orders';

test('a shell reads the command as one request, with an apostrophe in it and a key of its own', () => {
  const request = { ...exampleOrder, shipTo: { ...exampleOrder.shipTo, recipient: "Jeanne d'Arc" } };
  const script = `curl() { printf '%s\\n' "$@"; }; ${placeOrderCurl('http://127.0.0.1:4600/live', 'abc.def.ghi', request)}`;

  const words = execFileSync('bash', ['-c', script], { encoding: 'utf8' }).trim().split('\n');

  expect(words).toContain('http://127.0.0.1:4600/live/v1/orders');
  expect(words).toContain('Authorization: Bearer abc.def.ghi');
  expect(words.find((word) => word.startsWith('Idempotency-Key: '))).toMatch(
    /^Idempotency-Key: [A-Za-z0-9_-]{16,128}$/,
  );
  expect(JSON.parse(words.at(-1) ?? '')).toEqual(request);
});
