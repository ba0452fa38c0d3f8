import { executeApiUrlAt } from '../../../local/emulator/execute-api-url';

const aws = 'https://a1b2c3.execute-api.sa-east-1.amazonaws.com/live/payment-provider';

test('an address of API Gateway becomes the one under which each emulator answers for it', () => {
  expect(executeApiUrlAt('http://127.0.0.1:4600', 'ministack', aws)).toBe(
    'http://127.0.0.1:4600/restapis/a1b2c3/live/_user_request_/payment-provider',
  );
  expect(executeApiUrlAt('http://localhost:4566/', 'localstack', aws)).toBe(
    'http://localhost:4566/_aws/execute-api/a1b2c3/live/payment-provider',
  );
});

test('an address that is the emulator’s already, or somebody else’s, stays', () => {
  const once = executeApiUrlAt('http://127.0.0.1:4600', 'ministack', aws);

  expect(executeApiUrlAt('http://127.0.0.1:4600', 'ministack', once)).toBe(once);
  expect(executeApiUrlAt('http://127.0.0.1:4600', 'ministack', 'https://pay.example.com/v2')).toBe(
    'https://pay.example.com/v2',
  );
});

test('the API’s root keeps its slash', () => {
  const root = 'https://a1b2c3.execute-api.sa-east-1.amazonaws.com/live/';

  expect(executeApiUrlAt('http://127.0.0.1:4600', 'ministack', root)).toBe(
    'http://127.0.0.1:4600/restapis/a1b2c3/live/_user_request_/',
  );
});
