import type { ParkedCase } from './parked-case';

/** A function, and the region whose Lambda API is asked for it. */
export interface CaseFunction {
  readonly name: string;
  readonly region: string;
}

/**
 * Who handles a case again. Messages wait for the consumer that parked them, in its region: another region's would not see what else is parked
 * there. A case of an order is redriven by the region that is asked, because the order may have a new home by now.
 */
export const functionOfCase = (
  { consumer, redriveFunction }: Pick<ParkedCase, 'consumer' | 'redriveFunction'>,
  asked: string,
  ordersRedrive: () => string,
): CaseFunction => {
  const name = consumer === undefined ? ordersRedrive() : redriveFunction;
  const [, region = asked] = /^arn:[^:]*:lambda:([^:]+):/.exec(name) ?? [];
  return { name, region };
};
