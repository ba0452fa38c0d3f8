/** Names of fields whose values are never logged and never echoed: personal data, credentials, capabilities. Lower case. */
const sensitiveKeys: ReadonlySet<string> = new Set([
  'apikey',
  'authorization',
  'city',
  'clientsecret',
  'cookie',
  'customerid',
  'email',
  'metadata',
  'password',
  'paymentmethod',
  'phone',
  'postalcode',
  'query',
  'receipthandle',
  'recipient',
  'secret',
  'shipto',
  'street',
  'tasktoken',
  'token',
  'x-api-key',
]);

/** Whether values under this key are masked. */
export const isSensitive = (key: string): boolean => sensitiveKeys.has(key.toLowerCase());
