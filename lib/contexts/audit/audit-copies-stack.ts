import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { RecordClass } from '../../../lambdas/shared/access-record.contract';
import { BucketReplication } from '../../constructs/bucket-replication';
import type { BucketPeer } from '../../constructs/replicated-bucket';
import { replicatorName } from './replicator-name';

export interface AuditCopiesStackProps extends StackProps {
  readonly recordClass: RecordClass;
  /** This region's bucket. */
  readonly bucket: BucketPeer;
  /** Those of all other regions. */
  readonly others: readonly BucketPeer[];
  /** What all names of the stage's audit trail begin with. */
  readonly prefix: string;
}

/** Copies a region's records of one class to all other regions, whose buckets have to be there first. */
export class AuditCopiesStack extends Stack {
  constructor(scope: Construct, id: string, props: AuditCopiesStackProps) {
    super(scope, id, props);
    const { recordClass, bucket, others, prefix } = props;
    new BucketReplication(this, 'Copies', {
      source: bucket,
      destinations: others,
      impact: 'Records of accesses are in one region only, and lost with it.',
      runbook: 'audit.md#replication',
      roleName: replicatorName(prefix, recordClass, this.region),
      lockedObjects: true,
    });
  }
}
