import { countVersionOutcome } from '../../../lambdas/shared/version-outcomes';

const linesOf = (work: () => void): readonly unknown[] => {
  const lines: string[] = [];
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  try {
    work();
  } finally {
    write.mockRestore();
  }
  return lines.map((line): unknown => JSON.parse(line));
};

describe.each([
  ['failures', 'Failures'],
  ['refusals', 'Refusals'],
] as const)('an answer that counts among the %s of its version', (outcome, metric) => {
  it.each([
    ['through its alias', 'read-order:live', 'arn:aws:lambda:sa-east-1:000000000000:function:read-order:live'],
    ['by its version', 'read-order:8', 'arn:aws:lambda:sa-east-1:000000000000:function:read-order:8'],
    ['by its name', 'read-order', 'arn:aws:lambda:sa-east-1:000000000000:function:read-order'],
  ])('%s counts with the dimensions that Lambda’s own metrics have', (_, Resource, invokedFunctionArn) => {
    const invocation = { functionName: 'read-order', functionVersion: '8', invokedFunctionArn };

    // Twice: what is left of the first must not be in the second.
    const [, line] = linesOf(() => {
      countVersionOutcome(outcome, invocation);
      countVersionOutcome(outcome, invocation);
    });

    const dimensions = { FunctionName: 'read-order', Resource, ExecutedVersion: '8' };
    expect(line).toMatchObject({ ...dimensions, [metric]: 1 });
    expect(line).toMatchObject({
      _aws: {
        CloudWatchMetrics: [
          {
            Namespace: 'Tenfold',
            Dimensions: [Object.keys(dimensions)],
            Metrics: [{ Name: metric, Unit: 'Count' }],
          },
        ],
      },
    });
  });
});
