import { Arn, ArnFormat } from 'aws-cdk-lib';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';

/**
 * Lets a role read the repository behind a connection. The CDK grants it under the name that the service had before, which counts for connections
 * of that time only: the prefix of an action has to be that of the resource.
 */
export const grantConnection = (role: IRole, connectionArn: string): void => {
  const { service } = Arn.split(connectionArn, ArnFormat.SLASH_RESOURCE_NAME);
  role.addToPrincipalPolicy(new PolicyStatement({ actions: [`${service}:UseConnection`], resources: [connectionArn] }));
};
