import type { RecordClass } from '../../../lambdas/shared/access-record.contract';

/** Name of the role that copies a region's records of a class to the others: keys of all regions have to know it before it exists. */
export const replicatorName = (prefix: string, recordClass: RecordClass, region: string): string =>
  `${prefix}-${recordClass}-${region}`;
