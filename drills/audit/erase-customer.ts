import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { sealedOrderField } from '../../lambdas/ordering/order-saga.contract';
import { askToErase } from '../../local/audit/erase-subject';
import type { DeployedSystem } from '../harness/deployed-system';
import { BROKEN_SEAL, SealOpener } from '../harness/open-sealed';
import { findPlanted } from '../harness/planted-values';
import type { Random } from '../harness/random';
import type { ErasureEvidence } from './count-erasure';

/** A customer who exists in one run only, with values that nobody else has. */
export interface PlantedCustomer {
  readonly customerId: string;
  readonly shipTo: {
    readonly recipient: string;
    readonly street: string;
    readonly city: string;
    readonly postalCode: string;
    readonly country: string;
  };
  readonly paymentMethod: string;
  /** The values that may be found nowhere. */
  readonly planted: readonly string[];
}

/** Makes up a customer. */
export const plantedCustomer = (random: Random): PlantedCustomer => {
  const mark = random.uuid().slice(0, 8);
  const personal = {
    recipient: `Ada Planted-${mark}`,
    street: `Rua Plantada-${mark} 10`,
    city: `Cidade-${mark}`,
    postalCode: `CEP-${mark}`,
  };
  const paymentMethod = `pm_planted_${mark}`;
  return {
    customerId: `drill-planted-${mark}`,
    shipTo: { ...personal, country: 'BR' },
    paymentMethod,
    planted: [...Object.values(personal), paymentMethod],
  };
};

const sealedFields = ['shipTo', 'paymentMethod', 'fingerprint'] as const;

interface Copied {
  readonly field: string;
  readonly text: unknown;
}

/** What somebody who can read every table takes away before the erasure. */
const copied = async (system: DeployedSystem, orderId: string): Promise<readonly Copied[]> => {
  const Key = { pk: `order/${orderId}`, sk: 'ENTITY' };
  const read = new GetCommand({ TableName: system.tableName('ordering'), Key, ConsistentRead: true });
  const state: unknown = (await system.documents.send(read)).Item?.['state'];
  const stored: object = typeof state === 'object' && state !== null ? state : {};
  return sealedFields.map((name) => ({
    field: sealedOrderField(orderId, name),
    text: Reflect.get(stored, name) as unknown,
  }));
};

const regionsOf = ({ cloud }: DeployedSystem) => cloud.local?.regions ?? [cloud];

/** Looks for planted values in everything that any region stores or writes; each that was found is named with its place. */
export const searchPlanted = async (
  system: DeployedSystem,
  planted: readonly string[],
): Promise<{ readonly found: readonly string[]; readonly places: number }> => {
  const { endpoint } = system.cloud;
  const regions = regionsOf(system).map(({ region }) => ({ region, ...(endpoint !== undefined && { endpoint }) }));
  const { found, places } = await findPlanted(regions, planted);
  return { found: found.map(({ where, text }) => `${text} in ${where}`), places };
};

/** Erases a customer of an order that is at its end, and tries everything that could still tell who that was. */
export const eraseCustomer = async (
  system: DeployedSystem,
  { customerId, planted }: PlantedCustomer,
  orderId: string,
): Promise<Omit<ErasureEvidence, 'plantedAfter' | 'placesSearched'>> => {
  const { cloud } = system;
  const systems = cloud.local === undefined ? [system] : regionsOf(system).map(({ region }) => system.inRegion(region));
  const copies = await copied(system, orderId);
  // A new one each time: it keeps the keys that it was given.
  const opened = async (): Promise<readonly boolean[]> => {
    const results: boolean[] = [];
    for (const one of systems) {
      const opener = new SealOpener(one);
      for (const { field, text } of copies) results.push((await opener.open(customerId, field, text)) !== BROKEN_SEAL);
    }
    return results;
  };
  const [openedBefore, before] = [await opened(), await searchPlanted(system, planted)];
  const answer = await askToErase(cloud, cloud.outputs, customerId);
  const opensAfter = await opened();
  return {
    fields: systems.flatMap(({ cloud: { region } }, at) =>
      copies.map(({ field }, index) => {
        const place = at * copies.length + index;
        return { region, field, openedBefore: openedBefore[place] ?? false, opensAfter: opensAfter[place] ?? false };
      }),
    ),
    plantedBefore: before.found,
    isCertified: answer.kind === 'erased',
  };
};
