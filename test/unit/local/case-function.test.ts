import { functionOfCase } from '../../../local/operator/case-function';

const arnIn = (region: string, name: string) => `arn:aws:lambda:${region}:111111111111:function:${name}:live`;
const ordersRedrive = () => arnIn('us-east-1', 'redrive-case');

describe('a case that is redriven by an operator of us-east-1', () => {
  it('is handled in the region whose messages it keeps', () => {
    const redriveFunction = arnIn('sa-east-1', 'charge-payment');

    expect(functionOfCase({ consumer: 'payments.charge', redriveFunction }, 'us-east-1', ordersRedrive)).toEqual({
      name: redriveFunction,
      region: 'sa-east-1',
    });
  });

  it('is handled in us-east-1 when it is an order’s, wherever it was opened', () => {
    const redriveFunction = arnIn('sa-east-1', 'redrive-case');

    expect(functionOfCase({ redriveFunction }, 'us-east-1', ordersRedrive)).toEqual({
      name: arnIn('us-east-1', 'redrive-case'),
      region: 'us-east-1',
    });
  });

  it('is handled in us-east-1 when its function has only a name', () => {
    const named = { consumer: 'payments.charge', redriveFunction: 'charge-payment:live' };

    expect(functionOfCase(named, 'us-east-1', ordersRedrive).region).toBe('us-east-1');
  });
});
