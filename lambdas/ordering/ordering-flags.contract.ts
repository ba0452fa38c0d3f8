import type { FlagUse } from '../shared/flag-use.contract';

/**
 * How many lines one order may have: lowered when large orders weigh on stock and saga. Only for orders that are placed from then on; a repeat
 * of an earlier request is answered as that was. The contract of the API allows no more than the default.
 */
export const linesPerOrder: FlagUse<number> = {
  key: 'lines-per-order',
  default: 50,
  boundedBy: '#/components/schemas/PlaceOrderRequest/properties/lines/maxItems',
};
