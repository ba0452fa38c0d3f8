import { Stack, Validations } from 'aws-cdk-lib';
import { CfnBucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import type { IConstruct } from 'constructs';

/** Says why those below a scope may use a whole bucket of artefacts and its key: CodePipeline grants it so, and makes up the names of objects. */
export const acknowledgeArtifactUse = (scope: IConstruct, bucket: IBucket): void => {
  const resource = bucket.node.defaultChild;
  if (!(resource instanceof CfnBucket)) throw new Error(`${bucket.node.path} is no AWS::S3::Bucket`);
  const actions = [
    'kms:GenerateDataKey*',
    'kms:ReEncrypt*',
    's3:Abort*',
    's3:DeleteObject*',
    's3:GetBucket*',
    's3:GetObject*',
    's3:List*',
  ];
  const wildcards = [
    ...actions.map((action) => `Action::${action}`),
    `Resource::<${Stack.of(bucket).getLogicalId(resource)}.Arn>/*`,
  ];
  for (const wildcard of wildcards)
    Validations.of(scope).acknowledge({
      id: `AwsSolutions-IAM5[${wildcard}]`,
      reason:
        'The artefacts of this pipeline and their key, and nothing else; CodePipeline makes up the names of objects.',
    });
};
