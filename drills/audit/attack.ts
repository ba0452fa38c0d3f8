import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { type AccessRecord, accessRecord, recordIdOf } from '../../lambdas/shared/access-record.contract';
import { clientConfig } from '../../local/deployment/aws-clients';
import type { Random } from '../harness/random';
import { type Access, activityNote, activityRead, orderRead } from './accesses';
import { auditFault, auditSizes } from './audit-faults';
import type { Attack } from './count-attacks';
import { plantedLimits } from './planted-profile';
import { actorId, type Scene, send } from './scene';

/** More than are refused usually, and not so many different orders that reading them would be unusual by itself. */
const GUESSES = 30;

/** How many attacks there are. */
export const ATTACKS = 6;

/** The first time at which so many had been answered. */
const answeredBy = (times: readonly number[], count: number): number =>
  times.toSorted((one, other) => one - other)[count - 1] ?? Number.POSITIVE_INFINITY;

/** An attack through the API: its accesses, and how many of them it takes until it can be told from what is usual. */
interface Plan {
  readonly name: string;
  readonly rule: string;
  readonly client: string;
  readonly accesses: readonly Access[];
  readonly detectableAfter: number;
}

const plansOf = ({ run, clerksOwn }: Scene, random: Random): readonly Plan[] => {
  const customer = (): string => `drill-${random.uuid().slice(0, 13)}`;
  const many = (count: number, make: () => Access): readonly Access[] => Array.from({ length: count }, make);
  return [
    {
      name: `an insider reads what ${auditSizes[run.size].insiderReads} customers did`,
      rule: 'mass-reads',
      client: 'insider',
      accesses: many(auditSizes[run.size].insiderReads, () => activityRead(random, 'insider', customer())),
      detectableAfter: plantedLimits.subjectsInFiveMinutes,
    },
    {
      name: 'somebody guesses the numbers of orders',
      rule: 'denied-burst',
      client: 'guesser',
      accesses: many(GUESSES, () => orderRead(random, 'guesser', random.uuid())),
      detectableAfter: plantedLimits.refusalsInAnHour,
    },
    {
      name: 'a role does what it never did',
      rule: 'new-action',
      client: 'curious',
      accesses: [activityNote(random, 'curious', customer(), new Date().toISOString())],
      detectableAfter: 1,
    },
    {
      name: 'somebody reads at night',
      rule: 'off-hours',
      client: 'night',
      accesses: [activityRead(random, 'night', customer())],
      detectableAfter: 1,
    },
    {
      name: 'somebody reads the own data',
      rule: 'self-access',
      client: 'clerk',
      accesses: [activityRead(random, 'clerk', clerksOwn)],
      detectableAfter: 1,
    },
  ];
};

/** What an edge that knows countries would have recorded of a client's access. */
const recordFrom = (random: Random, actor: string, country: string, region: string, at: Date): AccessRecord => {
  const requestId = random.uuid();
  return accessRecord.parse({
    recordId: recordIdOf(requestId, 'order.read'),
    revision: 1,
    class: 'access',
    actor: { id: actor, role: 'client' },
    action: 'order.read',
    subject: `order/${random.uuid()}`,
    fields: ['customerId'],
    purpose: 'order-handling',
    sourceIp: '198.51.100.7',
    country,
    userAgent: 'drill',
    requestId,
    correlationId: requestId,
    time: at.toISOString(),
    outcome: 'granted',
    region,
  });
};

/** A token is used from a country that is usual, and then from another one. No edge tells countries yet, so these records come without a request. */
const useStolenToken = async (scene: Scene, random: Random): Promise<Attack> => {
  const { system } = scene.run;
  const [desk] = scene.desks;
  const actor = actorId(scene, desk?.client ?? 'desk-1');
  const kinesis = new KinesisClient({ ...clientConfig(system.cloud), requestHandler: new NodeHttpHandler() });
  const StreamName = system.cloud.outputs.get('AuditStore', 'AuditStreamName');
  for (const country of ['BR', 'BR', 'NL']) {
    const record = recordFrom(random, actor, country, system.cloud.region, new Date());
    const Records = [{ PartitionKey: record.recordId, Data: Buffer.from(JSON.stringify(record)) }];
    await kinesis.send(new PutRecordsCommand({ StreamName, Records }));
  }
  kinesis.destroy();
  return { name: 'a stolen token from another country', rule: 'new-country', actorId: actor, detectableAt: Date.now() };
};

/** Attacks, all at the same time, and answers what somebody has to be told of. */
export const attack = async (scene: Scene): Promise<readonly Attack[]> => {
  const random = scene.run.random.fork('attacks');
  const plans = plansOf(scene, random);
  const stolen = await useStolenToken(scene, random);
  const answers = await send(scene, random.shuffle(plans.flatMap(({ accesses }) => accesses)));
  scene.run.faults.happened(auditFault.attacks, ATTACKS);
  const seen = plans.map(({ name, rule, client, detectableAfter }): Attack => {
    const times = answers
      .filter(({ access, status }) => access.client === client && status !== undefined && status < 500)
      .map(({ at }) => at);
    return { name, rule, actorId: actorId(scene, client), detectableAt: answeredBy(times, detectableAfter) };
  });
  return [...seen, stolen];
};
