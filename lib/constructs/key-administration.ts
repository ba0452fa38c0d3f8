import { AccountRootPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';

const resources = ['*'];

/** Changes of a key and of its policy. No grants: they hand its use on, past its policy. */
const changes = [
  ...['CreateAlias', 'UpdateAlias', 'DeleteAlias', 'UpdateKeyDescription', 'TagResource', 'UntagResource'],
  ...['PutKeyPolicy', 'EnableKey', 'DisableKey', 'EnableKeyRotation', 'DisableKeyRotation', 'RevokeGrant'],
  ...['ScheduleKeyDeletion', 'CancelKeyDeletion'],
].map((action) => `kms:${action}`);

/**
 * What a key's policy says instead of `kms:*` for the whole account: whom IAM lets may look at the key, and only these may change it, whatever
 * IAM says of others. By name and not as principals, so that a role which is made anew is still meant, and one that is missing keeps no stack.
 * @param administrators ARNs of roles or of the account's root user; `*` stands for any text
 */
export const keyAdministration = (administrators: readonly string[]): readonly PolicyStatement[] => [
  new PolicyStatement({
    principals: [new AccountRootPrincipal()],
    actions: ['kms:DescribeKey', 'kms:GetKeyPolicy', 'kms:GetKeyRotationStatus', 'kms:List*'],
    resources,
  }),
  new PolicyStatement({
    principals: [new AccountRootPrincipal()],
    actions: changes,
    resources,
    conditions: { ArnLike: { 'aws:PrincipalArn': [...administrators] } },
  }),
];
