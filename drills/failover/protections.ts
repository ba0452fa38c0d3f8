import {
  type FilterCriteria,
  GetEventSourceMappingCommand,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import { type DeployedSystem, type DrilledFunction, MissingResourceError } from '../harness/deployed-system';
import type { Protection, Restore } from '../harness/drill';
import type { Mutation } from '../harness/mutation';
import { deployVariant } from '../harness/variant';
import { conservationFigures } from '../saga/count-conservation';
import { failoverFigures } from './count-failover';
import { failoverMutations } from './mutations';

/** The region that goes dark. Not the first: there the sandbox stands for providers, who are in no region of ours. */
export const DARK_REGION = 'us-east-1';

/** Functions that write, of which each asks the gate by itself. */
const writers = [
  'inventory/reserve-stock',
  'inventory/release-stock',
  'payments/charge-payment',
  'payments/refund-payment',
  'shipping/book-shipment',
  'ordering/place-order',
  'ordering/confirm-order',
  'ordering/close-order',
  'ordering/track-order-steps',
] as const satisfies readonly DrilledFunction[];

/** Undoes in the reverse order; what has been undone is not undone again. */
const all =
  (restores: Restore[]): Restore =>
  async () => {
    for (const restore of restores.splice(0).reverse()) await restore();
  };

const regionsOf = ({ cloud }: DeployedSystem): readonly string[] =>
  cloud.local?.regions.map(({ region }) => region) ?? [];

/** Puts a variant into every region, or into none. */
const deployEverywhere = async (
  system: DeployedSystem,
  variant: {
    readonly name: string;
    readonly functions: readonly DrilledFunction[];
    readonly mutations: readonly Mutation[];
  },
): Promise<Restore[]> => {
  const restores: Restore[] = [];
  try {
    for (const region of regionsOf(system))
      restores.push(await deployVariant(system.inRegion(region), { ...variant, name: `${variant.name}-${region}` }));
  } catch (error) {
    await all(restores)();
    throw error;
  }
  return restores;
};

/** Lets the stream hand the relay of ordering the rows of every region. */
const openFilter = async (system: DeployedSystem): Promise<Restore> => {
  const { lambda } = system;
  const FunctionName = `${await system.functionName('shared/relay-outbox')}:live`;
  const { EventSourceMappings = [] } = await lambda.send(new ListEventSourceMappingsCommand({ FunctionName }));
  const UUID = EventSourceMappings[0]?.UUID;
  if (UUID === undefined) throw new MissingResourceError(`expected an event source of ${FunctionName}, found none`);
  const { FilterCriteria: before } = await lambda.send(new GetEventSourceMappingCommand({ UUID }));
  const set = async (criteria: FilterCriteria): Promise<void> => {
    await lambda.send(new UpdateEventSourceMappingCommand({ UUID, FilterCriteria: criteria }));
  };
  const Pattern = JSON.stringify({ eventName: ['INSERT'], dynamodb: { NewImage: { itemType: { S: ['OUTBOX'] } } } });
  await set({ Filters: [{ Pattern }] });
  return () => set(before ?? {});
};

/** What the drill's claim rests on. */
export const failoverProtections: readonly Protection[] = [
  {
    name: 'origin-filter',
    withoutIt: "the relay of ordering publishes the rows of every region, and not its own region's alone",
    caughtBy: [failoverFigures.calmDoubles],
    remove: async (system) => {
      const variant = {
        name: 'origin-filter',
        functions: ['shared/relay-outbox'],
        mutations: failoverMutations.originFilter,
      } as const;
      const restores = await deployEverywhere(system, variant);
      try {
        for (const region of regionsOf(system)) restores.push(await openFilter(system.inRegion(region)));
      } catch (error) {
        await all(restores)();
        throw error;
      }
      return all(restores);
    },
  },
  {
    name: 'deterministic-ids',
    withoutIt:
      'place-order gives an order another id at every try, instead of one that follows from the Idempotency-Key',
    caughtBy: [failoverFigures.twice],
    remove: async (system) => {
      const mutations = failoverMutations.deterministicIds;
      return all(
        await deployEverywhere(system, { name: 'deterministic-ids', functions: ['ordering/place-order'], mutations }),
      );
    },
  },
  {
    name: 'fence',
    withoutIt: `the functions of ${DARK_REGION} write whether or not the region may`,
    caughtBy: [failoverFigures.fencedWrites],
    remove: (system) =>
      deployVariant(system.inRegion(DARK_REGION), {
        name: 'fence',
        functions: writers,
        mutations: failoverMutations.fence,
      }),
  },
  {
    name: 'undo-twice-made',
    withoutIt: 'an evacuation and a return leave alone what the evacuated region did for orders that failed elsewhere',
    caughtBy: [conservationFigures.kept],
    remove: async (system) => {
      const mutations = failoverMutations.undoTwiceMade;
      return all(
        await deployEverywhere(system, {
          ...{ name: 'undo-twice-made', functions: ['ordering/undo-failed-orders'], mutations },
        }),
      );
    },
  },
  {
    name: 'reconcile-stock',
    withoutIt: `${DARK_REGION} keeps what it held for orders that were made anew elsewhere`,
    caughtBy: [conservationFigures.held],
    remove: (system) =>
      deployVariant(system.inRegion(DARK_REGION), {
        name: 'reconcile-stock',
        functions: ['inventory/reconcile-reservations'],
        mutations: failoverMutations.reconcileStock,
      }),
  },
];
