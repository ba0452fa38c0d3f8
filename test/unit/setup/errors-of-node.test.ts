import { readFile } from 'node:fs/promises';

class OwnError extends Error {}

test('an error of Node itself is an Error inside jest, too', async () => {
  const error: unknown = await readFile('/nowhere').catch((thrown: unknown) => thrown);

  expect(error instanceof Error).toBe(true);
  expect(error instanceof OwnError).toBe(false);
});

test('own classes of errors are told apart as usual', () => {
  expect(new OwnError() instanceof OwnError).toBe(true);
  expect(new OwnError() instanceof Error).toBe(true);
  expect(new TypeError() instanceof OwnError).toBe(false);
  expect({} instanceof Error).toBe(false);
});
