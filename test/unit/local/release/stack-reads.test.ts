import { readsOf } from '../../../../local/release/stack-reads';

const reference = (output: string, Region?: string) => ({
  'Fn::GetStackOutput': {
    StackName: 'Tenfold-Prod-us-east-1-OrderingData',
    OutputName: output,
    ...(Region && { Region }),
  },
});

test('a stack reads every output that its template names, once, in the region that it says', () => {
  const template = {
    Resources: {
      Relay: {
        Properties: { EventSourceArn: reference('Stream', 'us-east-1'), Names: [reference('Table', 'us-east-1')] },
      },
      Again: { Properties: { EventSourceArn: reference('Stream', 'us-east-1') } },
    },
  };
  const read = { stackName: 'Tenfold-Prod-us-east-1-OrderingData', region: 'us-east-1' };
  expect(readsOf(template, 'sa-east-1')).toEqual([
    { ...read, output: 'Stream' },
    { ...read, output: 'Table' },
  ]);
});

test('a reference without a region is about the own one', () => {
  expect(readsOf({ a: reference('Table') }, 'sa-east-1')).toMatchObject([{ region: 'sa-east-1' }]);
});

test('a reference whose stack is known only to CloudFormation is refused: nobody could tell when its value changes', () => {
  const template = { a: { 'Fn::GetStackOutput': { StackName: { Ref: 'Name' }, OutputName: 'Table' } } };
  expect(() => readsOf(template, 'sa-east-1')).toThrow(/StackName/);
});
