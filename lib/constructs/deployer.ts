import { Aws, CliCredentialsStackSynthesizer, DefaultStackSynthesizer, type Stack } from 'aws-cdk-lib';

/** ARN of whoever changes a stack's resources: the role that CloudFormation takes, or the account's root user where a local cloud is deployed to. */
export const deployerOf = ({ synthesizer, account, region }: Stack): string => {
  const iam = `arn:${Aws.PARTITION}:iam::${account}`;
  if (synthesizer instanceof CliCredentialsStackSynthesizer) return `${iam}:root`;
  const qualifier = synthesizer.bootstrapQualifier ?? DefaultStackSynthesizer.DEFAULT_QUALIFIER;
  return `${iam}:role/cdk-${qualifier}-cfn-exec-role-${account}-${region}`;
};
