import { logger } from '../shared/logger';
import { readEnv } from '../shared/read-env';
import { systemClock as clock } from '../shared/system-clock.adapter';
import { regionTables } from './dynamodb-region-tables.adapter';
import { keepRegionLeaseEnv } from './keep-region-lease.contract';
import { keepRegionLease } from './keep-region-lease.use-case';
import { PowertoolsRegionReport } from './powertools-region-report.adapter';

const env = readEnv(keepRegionLeaseEnv);

/** Called by a schedule, once a minute. */
export const handler = keepRegionLease({
  region: env.AWS_REGION,
  durationSeconds: env.LEASE_SECONDS,
  tables: regionTables(env),
  report: new PowertoolsRegionReport(),
  clock,
  log: logger(),
});
