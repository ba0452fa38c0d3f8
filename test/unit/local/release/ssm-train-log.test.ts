import { SsmTrainLog } from '../../../../local/release/ssm-train-log';
import { FakeService } from '../../shared/fake-service';

const services: FakeService[] = [];
afterEach(() => Promise.all(services.splice(0).map((service) => service.stop())));

/** A log of waves in Systems Manager that shows what is written only after so many stale reads. */
const logWith = async ({ staleReads }: { readonly staleReads: number }) => {
  const versions: string[] = [];
  const shown = { version: 0, stale: 0 };
  const service = await FakeService.start((text) => {
    const { Value } = JSON.parse(text);
    if (Value !== undefined) {
      versions.push(Value);
      shown.stale = staleReads;
      return { status: 200, body: JSON.stringify({ Version: versions.length }) };
    }
    if (shown.stale > 0) shown.stale -= 1;
    else shown.version = versions.length;
    const missing = { status: 400, body: JSON.stringify({ __type: 'ParameterNotFound' }) };
    if (shown.version === 0) return missing;
    const Parameter = { Value: versions[shown.version - 1], Version: shown.version };
    return { status: 200, body: JSON.stringify({ Parameter }) };
  });
  services.push(service);
  const pauses: number[] = [];
  const pause = async (milliseconds: number) => void pauses.push(milliseconds);
  return { log: new SsmTrainLog({ region: 'sa-east-1', endpoint: service.endpoint }, 'prod', pause), pauses };
};

const record = { digest: 'd', reads: 'r', revision: 'c1', deployedAt: '2026-11-26T10:00:00.000Z' };

test('a wave is kept beside one that was recorded just before, also when that is not shown at once', async () => {
  const { log, pauses } = await logWith({ staleReads: 2 });
  await log.record('foundation', record);
  await log.record('us-east-1', record);
  expect(await log.waves()).toEqual({ foundation: record, 'us-east-1': record });
  expect(pauses).toHaveLength(4);
});

test('a log that never shows what was written is given up after half a minute, and nothing is overwritten', async () => {
  const { log, pauses } = await logWith({ staleReads: 1_000 });
  await log.record('foundation', record);
  await expect(log.record('us-east-1', record)).rejects.toThrow(
    '/tenfold/prod/train/waves is shown in version 0; expected version 1, which was written 30 s ago',
  );
  expect(pauses.reduce((sum, milliseconds) => sum + milliseconds, 0)).toBe(30_000);
});
