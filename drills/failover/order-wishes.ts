import { shipTo } from '../harness/order-client';
import type { Random } from '../harness/random';
import { CURRENCY, type DrillCatalogue } from '../saga/drill-catalogue';

/** Of a hundred orders so many are for goods that sell out. */
const SCARCE_PERCENT = 8;
/** Of a hundred orders so many are paid with a card that is declined. */
const DECLINED_PERCENT = 8;

/** What clients order: most of it plenty and paid, some of it sold out by then, some of it with a card that is declined. */
export class OrderWishes {
  /** Keys of the orders that a region may refuse although another one would not: their goods are not everywhere. */
  readonly refusable = new Set<string>();

  constructor(
    private readonly catalogue: Pick<DrillCatalogue, 'plentiful' | 'scarce'>,
    private readonly random: Random,
  ) {}

  /** The next order of some client. */
  next(key: string): object {
    const { catalogue, random } = this;
    if (random.chance(SCARCE_PERCENT / 100)) return this.refusableOrder(key, catalogue.scarce);
    const paymentMethod = random.chance(DECLINED_PERCENT / 100) ? 'pm_declined' : 'pm_card';
    return orderOf(key, { sku: random.pick(catalogue.plentiful), quantity: random.integer(1, 2) }, { paymentMethod });
  }

  /** An order of something that only one region has, and that waits there for its parcel once it is charged. */
  oneSided(key: string, sku: string): object {
    return this.refusableOrder(key, sku, { metadata: { 'fault-ship': 'slow:always:8' } });
  }

  private refusableOrder(key: string, sku: string, more: object = {}): object {
    this.refusable.add(key);
    return orderOf(key, { sku, quantity: 1 }, more);
  }
}

const orderOf = (customerId: string, line: { readonly sku: string; readonly quantity: number }, more: object) => ({
  customerId,
  currency: CURRENCY,
  lines: [line],
  paymentMethod: 'pm_card',
  shipTo,
  ...more,
});
