import { customerTokens } from '../harness/customer-tokens';
import type { DrillRun, Restore } from '../harness/drill';
import { type MachineClient, makeMachineClient } from '../harness/machine-client';
import type { Access, Desk } from './accesses';
import { auditSizes } from './audit-faults';
import { type Planted, plantHistories } from './plant-histories';
import { allHours, hoursAwayFrom } from './planted-profile';
import { RunTrail } from './run-trail';
import { type SentAccess, sendAccesses } from './send-accesses';

/** Clients that do what they never did, by what they are in the drill. */
export const strangers = {
  insider: ['activity.read'],
  guesser: ['orders.read'],
  curious: ['activity.write'],
  night: ['activity.read'],
  clerk: ['activity.read'],
} as const;

/** What the parts of a run share. */
export interface Scene {
  readonly run: DrillRun;
  readonly startedAt: number;
  readonly clients: ReadonlyMap<string, MachineClient>;
  readonly desks: readonly Desk[];
  /** The customer that the clerk is. */
  readonly clerksOwn: string;
  readonly trail: RunTrail;
  /** Everything that was sent through the API and has to be in the trail. */
  readonly sent: SentAccess[];
  readonly restore: Restore;
}

const deskScopes = ['orders.read', 'orders.write', 'activity.read'];
const deskActions = ['order.place', 'order.read', 'activity.read'];
const HOME = ['BR'];
const ROLE = 'client';

/** The id by which the trail knows a client. @throws RangeError there is none of that name */
export const actorId = ({ clients }: Pick<Scene, 'clients'>, client: string): string => {
  const found = clients.get(client);
  if (found === undefined)
    throw new RangeError(`client is ${client}, expected one of ${[...clients.keys()].join(', ')}`);
  return found.clientId;
};

const habitsOf = (clients: Scene['clients'], now: Date, clerk: string): readonly Planted[] => {
  const today = Math.floor(now.getTime() / 86_400_000);
  const usual = { today, hours: allHours, countries: HOME, actions: deskActions };
  const actors = [...clients].map(
    ([name, { clientId: id }]): Planted => ({
      kind: 'actor',
      id,
      usual: { ...usual, ...(name === 'night' && { hours: hoursAwayFrom(now.getUTCHours()) }) },
      ...(name === 'clerk' && { ownSubjects: [clerk] }),
    }),
  );
  return [...actors, { kind: 'role', id: ROLE, usual }];
};

/** Makes the clients, and what is usual for them. */
export const setScene = async (run: DrillRun): Promise<Scene> => {
  const { system, random, size } = run;
  const { desks: count, customers } = auditSizes[size];
  const startedAt = Date.now();
  const clients = new Map<string, MachineClient>();
  const removeAll = async (): Promise<void> => {
    for (const { remove } of clients.values()) await remove();
  };
  try {
    const names = Array.from({ length: count }, (_, at) => `desk-${at + 1}`);
    for (const name of names) clients.set(name, await makeMachineClient(system.cloud, deskScopes));
    for (const [name, scopes] of Object.entries(strangers))
      clients.set(name, await makeMachineClient(system.cloud, scopes));
    const clerksOwn = `drill-${random.uuid().slice(0, 13)}`;
    const { cloud } = system;
    const tokenOf = customerTokens(cloud, cloud.outputs.get('PrivacyData', 'SubjectTokensSecretName'));
    const clerk = `customer/${await tokenOf(clerksOwn)}`;
    const trail = await RunTrail.open(system.cloud, startedAt);
    const unplant = await plantHistories(system, habitsOf(clients, new Date(startedAt), clerk), startedAt);
    return {
      run,
      startedAt,
      clients,
      desks: names.map((client) => ({
        client,
        customers: Array.from({ length: customers }, () => `drill-${random.uuid().slice(0, 13)}`),
        orders: [],
      })),
      clerksOwn,
      trail,
      sent: [],
      restore: async () => {
        await unplant();
        await removeAll();
      },
    };
  } catch (error) {
    await removeAll();
    throw error;
  }
};

/** Sends accesses that have to be in the trail. */
export const send = async (scene: Scene, accesses: readonly Access[]): Promise<readonly SentAccess[]> => {
  const { run, clients, sent } = scene;
  const sending = {
    cloud: run.system.cloud,
    clients,
    atOnce: auditSizes[run.size].atOnce,
    onAnswer: (answered: number) => run.progress.update(`${answered} of ${accesses.length} accesses answered`),
  };
  const answers = await sendAccesses(sending, accesses);
  sent.push(...answers);
  return answers;
};
