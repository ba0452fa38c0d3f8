import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { clientConfig, type Place } from '../deployment/aws-clients';
import type { StackOutputs } from '../deployment/stack-outputs';
import { AuditRefusalError } from './audit.errors';

/** What clients are made with that act as the auditor of a region. */
export type AuditorConfig = ReturnType<typeof clientConfig> & {
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken: string;
  };
};

/**
 * Becomes the auditor of a region.
 * @throws AuditRefusalError STS gave no credentials
 */
export const auditorOf = async (place: Place, outputs: StackOutputs): Promise<AuditorConfig> => {
  const RoleArn = outputs.get('AuditStore', 'AuditorRoleArn');
  const sts = new STSClient(clientConfig(place));
  const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'npm-run-audit' }));
  const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials ?? {};
  if (AccessKeyId === undefined || SecretAccessKey === undefined || SessionToken === undefined)
    throw new AuditRefusalError(`no credentials for ${RoleArn}`);
  const credentials = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
  return { ...clientConfig(place), credentials };
};
