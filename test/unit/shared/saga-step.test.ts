import * as z from 'zod/mini';
import { ForeignHomeError, RegionFencedError } from '../../../lambdas/shared/region-gate.errors';
import { SagaRequestError, sagaStep } from '../../../lambdas/shared/saga-step';
import type { StepOutcome } from '../../../lambdas/shared/saga-step.contract';
import { recordingLog } from './messages';
import { evacuatedGate } from './two-regions';

const data = z.object({ orderId: z.string(), paymentMethod: z.string() });
const request = {
  sagaId: 'o-1',
  step: 'reserve',
  execution: 'o-1',
  attempt: 0,
  data: { orderId: 'o-1', paymentMethod: 'pm_card' },
};

describe('sagaStep', () => {
  it('hands the parsed request over and answers the outcome', async () => {
    const seen: unknown[] = [];
    const handler = sagaStep(
      data,
      async (given) => {
        seen.push(given);
        return { outcome: 'done', detail: { pieces: 2 } };
      },
      { log: recordingLog() },
    );

    expect(await handler({ ...request, more: 1 })).toEqual({ outcome: 'done', detail: { pieces: 2 } });
    expect(seen).toEqual([request]);
  });

  it('returns a refusal: only technical failures are thrown, for those are retried', async () => {
    const refused: StepOutcome = { outcome: 'refused', reason: 'short of stock' };
    const log = recordingLog();
    const handler = sagaStep(data, async () => refused, { log });

    expect(await handler(request)).toEqual(refused);
    expect(log.lines).toMatchObject([
      { level: 'info', details: { correlationId: 'o-1', step: 'reserve', ...refused } },
    ]);
  });

  it('throws what the step throws, and logs it under the id of the saga', async () => {
    const log = recordingLog();
    const error = new Error('table is away');
    const handler = sagaStep(data, async () => Promise.reject(error), { log });

    await expect(handler(request)).rejects.toBe(error);
    expect(log.lines).toMatchObject([{ level: 'warn', details: { correlationId: 'o-1', attempt: 0, error } }]);
  });

  it.each([
    [{ ...request, sagaId: '' }, 'sagaId: expected at least 1 characters'],
    [{ ...request, attempt: '0' }, 'attempt: expected number'],
    [{ ...request, data: { orderId: 'o-1' } }, 'data.paymentMethod: expected string'],
    [undefined, 'expected object'],
  ])('refuses a request that does not fit and names the field', async (given, message) => {
    const handler = sagaStep(data, async () => ({ outcome: 'done' }), { log: recordingLog() });

    await expect(handler(given)).rejects.toThrow(SagaRequestError);
    await expect(handler(given)).rejects.toThrow(message);
  });

  it('does nothing in a region that may not write: the saga tries again', async () => {
    let called = false;
    const handle = async (): Promise<StepOutcome> => {
      called = true;
      return { outcome: 'done' };
    };
    const handler = sagaStep(data, handle, { log: recordingLog(), gate: evacuatedGate() });

    await expect(handler(request)).rejects.toThrow(RegionFencedError);
    expect(called).toBe(false);
  });

  it('fails when another region has what it is about', async () => {
    const foreign = new ForeignHomeError('payment/1', 'us-east-1');
    const handler = sagaStep(data, async () => Promise.reject(foreign), { log: recordingLog() });

    await expect(handler(request)).rejects.toBe(foreign);
  });
});
