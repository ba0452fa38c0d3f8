import type { ObjectVersion } from '../../local/audit/record-objects';
import { verifyChains } from '../../local/audit/verify-chains';
import type { Drill, DrillRun, Findings } from '../harness/drill';
import type { Figure } from '../harness/figure';
import { normalAccesses } from './accesses';
import { becomeAdministrator } from './administrator';
import { ATTACKS, attack } from './attack';
import { auditFault, auditSizes, canKill, declareFaults, VERSIONS_TRIED } from './audit-faults';
import { type AuditPart, partsOf } from './audit-parts';
import { bendTrail } from './bend-trail';
import { closeHour, sealClosed } from './close-hour';
import { countAttacks, plotAttacks } from './count-attacks';
import { countCompleteness } from './count-completeness';
import { countDeletions } from './count-deletions';
import { countErasure } from './count-erasure';
import { countRecords } from './count-records';
import { countTampering, plotTampering } from './count-tampering';
import { eraseCustomer, searchPlanted } from './erase-customer';
import { auditProtections } from './protections';
import { actorId, type Scene, send, setScene } from './scene';
import { answeredIn, untilEnded, untilStored, untilTold, untilWritten } from './settle';
import { tamperings } from './tampering';
import { timeCalls } from './time-calls';
import { type PlacedOrders, placeOrders, warmUp, workAllDay, workUnchained, workUnwatched } from './traffic';
import { tryDeletions } from './try-deletions';

/** Account of a deployment, as an ARN of it says. */
const accountOf = ({ system: { cloud } }: DrillRun): string =>
  cloud.outputs.get('AuditStore', 'AuditorRoleArn').split(':')[4] ?? '';

/** Versions that the run has written last, and a copy from another region when that has written any in the hour. */
const triedOf = ({ run, trail: { versions } }: Scene): readonly ObjectVersion[] => {
  const isOwn = ({ key }: ObjectVersion): boolean => key.includes(run.system.cloud.region);
  const copies = versions.filter((version) => !isOwn(version)).slice(-1);
  return [...versions.filter(isOwn).slice(copies.length - VERSIONS_TRIED), ...copies];
};

/** Tries to get rid of locked records with the rights of an administrator, who is there for that time only. */
const tryLock = async (scene: Scene): Promise<Figure[]> => {
  const { run } = scene;
  const { region, endpoint = '' } = run.system.cloud;
  const name = run.random.fork('administrator').uuid().slice(0, 8);
  const administrator = await becomeAdministrator({ region, endpoint }, accountOf(run), name);
  try {
    const tried = await tryDeletions(administrator, triedOf(scene), Date.now());
    run.faults.happened(auditFault.attempts, tried.attempts.length);
    return countDeletions(tried);
  } finally {
    await administrator.remove();
  }
};

/** What a part has counted. */
type Counted = Pick<Findings, 'figures'> & Partial<Findings>;

/** Does its part to the system, and answers what counts it once all parts are done. */
type Play = (scene: Scene, shop: Shop) => Promise<() => Promise<Counted>>;

/** What everybody in the drill works with. */
interface Shop extends PlacedOrders {
  /** The hour of the trail that all of the run is recorded in but for what is bent. */
  readonly hour: string;
}

const plays: Readonly<Record<AuditPart, Play>> = {
  records: async (scene, { desks }) => {
    scene.run.progress.phase('read and write as usual, while workers die');
    await workAllDay(scene, desks);
    return async () => {
      scene.run.progress.phase('wait for records');
      await untilStored(scene);
      return { figures: countRecords(answeredIn(scene.sent), await scene.trail.records()) };
    };
  },
  outages: async (scene, { desks }) => {
    scene.run.progress.phase('go on while nobody chains');
    await workUnchained(scene, desks);
    scene.run.progress.phase('go on while nobody watches');
    const rung = await workUnwatched(scene, desks);
    return async () => ({ figures: countCompleteness(rung, await scene.trail.records()) });
  },
  attacks: async (scene) => {
    scene.run.progress.phase('attack');
    const attacks = await attack(scene);
    scene.run.progress.phase('wait for findings');
    const findings = await untilTold(scene, attacks);
    const actors = new Set([...scene.clients.values()].map(({ clientId }) => clientId));
    return async () => ({
      figures: countAttacks(attacks, findings, actors),
      plots: [plotAttacks(attacks, findings)],
    });
  },
  erasure: async (scene, { erased, erasedOrder, planted }) => {
    const { system, faults, progress } = scene.run;
    progress.phase('erase a customer, and look for what is left');
    await untilEnded(scene, erasedOrder);
    const erasure = await eraseCustomer(system, erased, erasedOrder);
    faults.happened(auditFault.erased);
    return async () => {
      progress.phase('look for personal values in everything that is stored or written');
      const { found, places } = await searchPlanted(system, planted);
      return { figures: countErasure({ ...erasure, plantedAfter: found, placesSearched: places }) };
    };
  },
  tampering: async (scene, { hour, desks }) => {
    const { run } = scene;
    run.progress.phase('fill an hour that is bent later');
    const bentHour = await closeHour(run.system, Date.now());
    const load = normalAccesses(run.random.fork('bent'), desks, auditSizes[run.size].bentAccesses, { misses: 0 });
    await send(scene, load);
    return async () => {
      run.progress.phase('end the hour, and seal it');
      await closeHour(run.system, Date.now());
      await sealClosed(run.system);
      const whole = verifyChains(await untilWritten(scene, hour));
      const evidence = await untilWritten(scene, bentHour);
      run.progress.phase('bend copies of the trail');
      const { untouched, judged } = bendTrail(run, evidence);
      return { figures: countTampering([...whole, ...untouched], judged), plots: [plotTampering(judged)] };
    };
  },
  lock: async (scene) => async () => {
    scene.run.progress.phase('try to delete locked records');
    return { figures: await tryLock(scene) };
  },
  times: async (scene, { desks }) => {
    const { system, random, progress, size } = scene.run;
    const [desk] = desks;
    const read = { clientId: actorId(scene, desk?.client ?? ''), orderId: desk?.orders[0] ?? '' };
    return async () => {
      progress.phase('time calls');
      return { figures: await timeCalls(system, read, random.fork('times'), auditSizes[size].timedCalls) };
    };
  },
};

const openShop = async (scene: Scene): Promise<Shop> => {
  const { system, progress } = scene.run;
  progress.phase('begin an hour of the trail');
  await warmUp(scene);
  const hour = await closeHour(system, Date.now());
  progress.phase('place orders');
  return { ...(await placeOrders(scene)), hour };
};

const play = async (scene: Scene, parts: readonly AuditPart[]): Promise<Findings> => {
  const shop = await openShop(scene);
  const counts: (() => Promise<Counted>)[] = [];
  for (const part of parts) counts.push(await plays[part](scene, shop));
  const counted: Counted[] = [];
  for (const count of counts) counted.push(await count());
  return {
    figures: counted.flatMap(({ figures }) => figures),
    plots: counted.flatMap(({ plots = [] }) => plots),
    notes: [
      'What is usual for the drill’s clients was planted. The two records with a country came to the stream without a request: no edge tells countries yet.',
      'Hours of the trail were begun and ended by the drill, as a record of the next hour does it. Trails were bent as copies: locked versions cannot be changed.',
      'While nobody chained, completeness had nothing to say: it compares the gateway’s log with what the watch has noted. There the lag of chain-records rings.',
      ...(canKill(scene.run) ? [] : ['No worker was killed: they do not run in processes of this machine.']),
    ],
  };
};

const run = async (drill: DrillRun): Promise<Findings> => {
  const parts = partsOf(drill);
  declareFaults(drill, parts, ATTACKS, tamperings.length);
  drill.progress.phase('make clients, and what is usual for them');
  const scene = await setScene(drill);
  try {
    return await play(scene, parts);
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
