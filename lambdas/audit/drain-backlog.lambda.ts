import { KinesisAuditTrail } from '../shared/kinesis-audit-trail.adapter';
import { queueConsumer } from '../shared/queue-consumer';
import { readEnv } from '../shared/read-env';
import { drainBacklogEnv } from './drain-backlog.contract';
import { drainBacklog } from './drain-backlog.use-case';

const env = readEnv(drainBacklogEnv);

export const handler = queueConsumer(drainBacklog({ trail: new KinesisAuditTrail({ streamName: env.AUDIT_STREAM }) }));
