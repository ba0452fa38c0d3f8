import { Metrics } from '@aws-lambda-powertools/metrics';
import type { AccessFinding } from '../../../lambdas/audit/access-finding';
import { PowertoolsCompletenessReport } from '../../../lambdas/audit/powertools-completeness-report.adapter';
import { PowertoolsWatchReport } from '../../../lambdas/audit/powertools-watch-report.adapter';
import { watchMetrics } from '../../../lambdas/audit/watch-metrics.contract';

const finding: AccessFinding = {
  findingId: 'f0e7c6f5-0000-5000-8000-000000000000',
  rule: 'mass-reads',
  serves: ['SOC 2 CC7.2'],
  severity: 'high',
  explanation: 'An actor accesses the data of many more different subjects than usual.',
  actor: { id: 'ana', role: 'support' },
  region: 'sa-east-1',
  facts: { subjects: 80 },
  recordId: 'f0e7c6f5-0000-5000-8000-000000000001',
  time: '2026-03-02T13:00:00.000Z',
};

/** What is printed as metrics while `work` runs. */
const printedBy = (work: (metrics: Metrics) => void): readonly unknown[] => {
  const lines: string[] = [];
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  try {
    work(new Metrics({ namespace: watchMetrics.namespace, serviceName: 'audit' }));
  } finally {
    write.mockRestore();
  }
  return lines.map((line): unknown => JSON.parse(line));
};

const silent = () => ({ info: jest.fn(), warn: jest.fn(), error: jest.fn() });

test('a finding is counted under its rule, with the dimensions that the alarm asks for', () => {
  const log = silent();
  const [line] = printedBy((metrics) => new PowertoolsWatchReport(metrics, log).found(finding));

  expect(line).toMatchObject({ service: 'audit', rule: 'mass-reads', UnusualAccess: 1 });
  expect(line).toMatchObject({
    _aws: { CloudWatchMetrics: [{ Namespace: 'Tenfold/Audit', Dimensions: [['service', 'rule']] }] },
  });
  expect(log.warn).toHaveBeenCalledTimes(1);
});

test('a minute without a gap counts none missing, and one with a gap names the requests', () => {
  const log = silent();
  const lines = printedBy((metrics) => {
    const report = new PowertoolsCompletenessReport(metrics, log);
    report.compared({ minute: 29_000_000, expected: 3, missing: {} });
    report.compared({ minute: 29_000_001, expected: 3, missing: { 'GET /v1/orders/{orderId}': ['one', 'two'] } });
  });

  expect(lines).toMatchObject([
    { service: 'audit', RecordsMissing: 0, MinutesCompared: 1 },
    { service: 'audit', RecordsMissing: 2, MinutesCompared: 1 },
  ]);
  expect(log.error).toHaveBeenCalledWith(
    'records are missing',
    expect.objectContaining({ missing: 2, requests: { 'GET /v1/orders/{orderId}': ['one', 'two'] } }),
  );
});
