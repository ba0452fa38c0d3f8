import type { EmulatorKind } from './emulator-kind';

/** A REST API's address as CloudFormation gives it: it always names AWS, even where the emulator has made the API. */
const awsAddress =
  /^https:\/\/(?<api>[a-z0-9]+)\.execute-api\.[a-z0-9-]+\.[a-z0-9.]+\/(?<stage>[A-Za-z0-9_-]+)(?<rest>\/.*)?$/;

/** Where the emulator answers for that address. Any other URL is answered as it is. */
export const executeApiUrlAt = (endpoint: string, kind: EmulatorKind, url: string): string => {
  const { api, stage, rest = '' } = awsAddress.exec(url)?.groups ?? {};
  if (api === undefined || stage === undefined) return url;
  const base = endpoint.replace(/\/$/, '');
  switch (kind) {
    case 'ministack':
      return `${base}/restapis/${api}/${stage}/_user_request_${rest}`;
    case 'localstack':
      return `${base}/_aws/execute-api/${api}/${stage}${rest}`;
  }
};
