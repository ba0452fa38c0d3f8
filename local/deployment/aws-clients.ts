/** Where a deployment is. */
export interface Place {
  readonly region: string;
  /** Absent on AWS. */
  readonly endpoint?: string;
}

/** Both emulators take these credentials as those of the account's root. */
export const rootCredentials = { accessKeyId: 'test', secretAccessKey: 'test' };

/** What every SDK client is made with; on AWS the SDK finds the operator's own credentials. */
export const clientConfig = ({ region, endpoint }: Place) => ({
  region,
  maxAttempts: 5,
  ...(endpoint === undefined ? {} : { endpoint, credentials: rootCredentials }),
});
