import type { Drill, DrillRun, Findings } from '../harness/drill';
import type { Figure } from '../harness/figure';
import { becomeAdministrator } from './administrator';
import { ATTACKS, attack } from './attack';
import { auditFault, auditSizes, canKill, declareFaults, VERSIONS_TRIED } from './audit-faults';
import { bendTrail } from './bend-trail';
import { closeHour, sealClosed } from './close-hour';
import { countAttacks, secondsToFindings } from './count-attacks';
import { countCompleteness } from './count-completeness';
import { countDeletions } from './count-deletions';
import { countErasure } from './count-erasure';
import { countRecords } from './count-records';
import { countTampering, plotTampering } from './count-tampering';
import { eraseCustomer, plantedCustomer } from './erase-customer';
import { auditProtections } from './protections';
import { actorId, type Scene, setScene } from './scene';
import { answeredIn, untilEnded, untilStored, untilTold, untilWritten } from './settle';
import { tamperings } from './tampering';
import { timeCalls } from './time-calls';
import { placeOrders, warmUp, workAllDay, workUnchained, workUnwatched } from './traffic';
import { tryDeletions } from './try-deletions';

/** Account of a deployment, as an ARN of it says. */
const accountOf = ({ system: { cloud } }: DrillRun): string =>
  cloud.outputs.get('AuditStore', 'AuditorRoleArn').split(':')[4] ?? '';

/** Tries to get rid of locked records with the rights of an administrator, who is there for that time only. */
const tryLock = async (scene: Scene): Promise<Figure[]> => {
  const { run, trail } = scene;
  const { region, endpoint = '' } = run.system.cloud;
  const name = run.random.fork('administrator').uuid().slice(0, 8);
  const administrator = await becomeAdministrator({ region, endpoint }, accountOf(run), name);
  try {
    const tried = await tryDeletions(administrator, trail.versions.slice(-VERSIONS_TRIED), Date.now());
    run.faults.happened(auditFault.attempts, tried.attempts.length);
    return countDeletions(tried);
  } finally {
    await administrator.remove();
  }
};

const play = async (scene: Scene): Promise<Findings> => {
  const { run, trail, sent } = scene;
  const { system, random, progress, faults, size } = run;
  progress.phase('begin an hour of the trail');
  await warmUp(scene);
  const hour = await closeHour(system, Date.now());
  progress.phase('place orders');
  const customer = plantedCustomer(random.fork('customer'));
  const { desks, erasedOrder } = await placeOrders(scene, customer);
  progress.phase('read and write as usual, while workers die');
  await workAllDay(scene, desks);
  progress.phase('go on while nobody chains');
  await workUnchained(scene, desks);
  progress.phase('go on while nobody watches');
  const rung = await workUnwatched(scene, desks);
  progress.phase('attack');
  const attacks = await attack(scene);
  progress.phase('wait for findings');
  const findings = await untilTold(scene, attacks);
  progress.phase('erase a customer, and look for what is left');
  await untilEnded(scene, erasedOrder);
  const erasure = await eraseCustomer(system, customer, erasedOrder);
  faults.happened(auditFault.erased);
  progress.phase('wait for records');
  await untilStored(scene);
  const stored = await trail.records();
  progress.phase('end the hour, and seal it');
  await closeHour(system, Date.now());
  await sealClosed(system);
  const evidence = await untilWritten(scene, hour);
  progress.phase('bend copies of the trail');
  const { untouched, judged } = bendTrail(run, evidence);
  progress.phase('try to delete locked records');
  const lock = await tryLock(scene);
  const { timedCalls } = auditSizes[size];
  const [desk] = desks;
  const [orderId] = desk?.orders ?? [];
  const read = { clientId: actorId(scene, desk?.client ?? ''), orderId: orderId ?? '' };
  if (timedCalls > 0) progress.phase('time calls');
  const times = timedCalls > 0 ? await timeCalls(system, read, random.fork('times'), timedCalls) : [];
  const actors = new Set([...scene.clients.values()].map(({ clientId }) => clientId));
  return {
    figures: [
      ...countRecords(answeredIn(sent), stored),
      ...countCompleteness(rung, stored),
      ...countAttacks(attacks, findings, actors),
      ...countTampering(untouched, judged),
      ...countErasure(erasure),
      ...lock,
      ...times,
    ],
    plots: [
      {
        kind: 'bars',
        title: 'From the first access that gives an attack away to its finding',
        unit: 's',
        bars: secondsToFindings(attacks, findings).map(({ attack: { name }, seconds }) => ({
          label: name,
          value: Math.round(seconds * 10) / 10,
        })),
      },
      plotTampering(judged),
    ],
    notes: [
      'What is usual for the drill’s clients was planted. The two records with a country came to the stream without a request: no edge tells countries yet.',
      'The hour of the trail was begun and ended by the drill, as a record of the next hour does it. Trails were bent as copies: locked versions cannot be changed.',
      'While nobody chained, completeness had nothing to say: it compares the gateway’s log with what the watch has noted. There the lag of chain-records rings.',
      ...(canKill(run) ? [] : ['No worker was killed: they do not run in processes of this machine.']),
    ],
  };
};

const run = async (drill: DrillRun): Promise<Findings> => {
  declareFaults(drill, ATTACKS, tamperings.length);
  drill.progress.phase('make clients, and what is usual for them');
  const scene = await setScene(drill);
  try {
    return await play(scene);
  } finally {
    await scene.restore();
  }
};

/** System 7: each access once in a trail that nobody bends, and whoever does the unusual is told of. */
export const auditDrill: Drill = {
  name: 'audit',
  claim:
    'Each answered access has one record in the locked store, whatever dies on the way; attacks are told within a minute and nothing else is; whoever bends the trail is found and nobody else accused; an erased customer cannot be read, and locked records cannot be deleted.',
  protections: auditProtections,
  localOnly: 'it ends the trail’s hour early, and plants what is usual for actors',
  run,
};
