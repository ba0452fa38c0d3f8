import { loadCatalogue } from '../../local/operator/load-catalogue';
import type { DeployedSystem } from '../harness/deployed-system';
import type { Random } from '../harness/random';

/** SKUs of one run of the drill alone, so that its stock can be counted to the last piece. */
export interface DrillCatalogue {
  /** More pieces than all orders together ask for. */
  readonly plentiful: readonly string[];
  /** Fewer pieces than there are buyers. */
  readonly scarce: string;
  readonly initialStock: ReadonlyMap<string, number>;
}

/** Currency of every price. */
export const CURRENCY = 'BRL';

const PLENTY = 5000;
const SCARCE = 3;

/**
 * Loads the catalogue as `npm run ops -- catalogue load` does.
 * @param among the regions that orders are placed in, which share the pieces
 */
export const loadDrillCatalogue = async (
  system: DeployedSystem,
  random: Random,
  among: readonly string[] = [system.cloud.region],
): Promise<DrillCatalogue> => {
  const run = random.uuid().slice(0, 8).toUpperCase();
  const plentiful = [1, 2, 3, 4, 5].map((number) => `DRILL-${run}-${number}`);
  const scarce = `DRILL-${run}-SCARCE`;
  const initialStock = new Map([...plentiful.map((sku) => [sku, PLENTY] as const), [scarce, SCARCE]]);
  const articles = [...initialStock].map(([sku, stock]) => ({
    sku,
    stock,
    currency: CURRENCY,
    unitPriceMinor: random.integer(500, 9000),
  }));
  await loadCatalogue(system.cloud, system.cloud.outputs, articles, { among });
  return { plentiful, scarce, initialStock };
};
