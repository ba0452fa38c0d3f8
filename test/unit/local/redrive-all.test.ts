import { matchesFilter } from '../../../local/operator/case-filter';
import type { ParkedCase } from '../../../local/operator/parked-case';
import { RedriveFailedError } from '../../../local/operator/parked-case.errors';
import { isStillOpen, type RedrivenCase, redriveAll } from '../../../local/operator/redrive-all';
import { redriveProgress, redriveSummary } from '../../../local/operator/show-redrive';

const parked = (caseId: string, more: Partial<ParkedCase> = {}): ParkedCase => ({
  ...{ caseId, kind: 'message', context: 'payments', consumer: 'payments.charge', subject: `order/${caseId}` },
  ...{ reason: 'AttemptsExhausted', explanation: 'it failed', openedAt: '2026-11-23T08:00:00.000Z' },
  ...{ count: 1, handled: 0, caseStatus: 'OPEN', redriveFunction: 'charge-payment:live' },
  ...more,
});

/** A deployment in which every redrive closes its case, unless it is told what it throws. */
const deployment = (...cases: readonly ParkedCase[]) => {
  const failures = new Map<string, Error>();
  const stored = new Map(cases.map((one) => [one.caseId, one]));
  const redriven: string[] = [];
  const find = async (caseId: string): Promise<ParkedCase> => {
    const known = stored.get(caseId);
    if (known === undefined) throw new Error(`no case ${caseId}`);
    return known;
  };
  const redrive = async (caseId: string): Promise<string> => {
    redriven.push(caseId);
    const failure = failures.get(caseId);
    if (failure) throw failure;
    return '1 messages handled, the case is closed';
  };
  return { cases, failures, stored, redriven, desk: { find, redrive } };
};

const endsOf = (ended: readonly RedrivenCase[]) => ended.map(({ parked: { caseId }, end }) => [caseId, end.kind]);

describe('re-driving all cases', () => {
  it('tries every case, whatever becomes of the others, and tells why one still fails', async () => {
    const { cases, desk, failures, redriven } = deployment(parked('1'), parked('2'), parked('3'));
    failures.set('1', new RedriveFailedError('stopped after 0 messages, the case stays open: Error: declined'));
    failures.set('2', new TypeError('fetch failed'));

    const ended = await redriveAll(cases, desk);

    expect(redriven).toEqual(['1', '2', '3']);
    expect(Object.fromEntries(ended.map((one) => [one.parked.caseId, one.end]))).toEqual({
      1: { kind: 'failing', reason: 'stopped after 0 messages, the case stays open: Error: declined' },
      2: { kind: 'failing', reason: 'TypeError: fetch failed' },
      3: { kind: 'closed', explanation: '1 messages handled, the case is closed' },
    });
    expect(ended.filter(isStillOpen)).toHaveLength(2);
  });

  it('never redrives more than four at a time', async () => {
    const { cases, desk } = deployment(...Array.from({ length: 10 }, (_, index) => parked(String(index))));
    let running = 0;
    let most = 0;
    const redrive = async (): Promise<string> => {
      running += 1;
      most = Math.max(most, running);
      await new Promise(setImmediate);
      running -= 1;
      return 'closed';
    };

    const ended = await redriveAll(cases, { ...desk, redrive });

    expect(ended).toHaveLength(10);
    expect(most).toBe(4);
  });

  it('takes the cases of one subject one after the other, oldest first', async () => {
    const subject = 'order/1';
    const { cases, desk } = deployment(parked('1', { subject }), parked('2', { subject }), parked('3', { subject }));
    const running: string[] = [];
    const redrive = async (caseId: string): Promise<string> => {
      running.push(`${caseId} begins`);
      await Promise.resolve();
      running.push(`${caseId} ends`);
      return 'closed';
    };

    await redriveAll(cases, { ...desk, redrive });

    expect(running).toEqual(['1 begins', '1 ends', '2 begins', '2 ends', '3 begins', '3 ends']);
  });

  it('skips a case that somebody else has closed meanwhile: it is no longer open', async () => {
    const { cases, desk, stored, redriven } = deployment(parked('1'));
    const { caseStatus: _open, ...closed } = parked('1', { closedAs: 'redriven' });
    stored.set('1', closed);

    const ended = await redriveAll(cases, desk);

    expect(redriven).toEqual([]);
    expect(ended[0]?.end).toEqual({ kind: 'skipped', reason: 'closed meanwhile (redriven)', open: false });
    expect(ended.some(isStillOpen)).toBe(false);
  });

  it('skips a case whose order is under way, which stays open', async () => {
    const { cases, desk, failures } = deployment(parked('1'));
    failures.set('1', new RedriveFailedError('not now: an execution is under way', 'not-now'));

    const ended = await redriveAll(cases, desk);

    expect(endsOf(ended)).toEqual([['1', 'skipped']]);
    expect(ended.some(isStillOpen)).toBe(true);
  });

  it('tells of each case as it ends', async () => {
    const { cases, desk } = deployment(parked('1'), parked('2'));
    const told: string[] = [];

    await redriveAll(cases, desk, ({ parked: { caseId } }) => told.push(caseId));

    expect(told).toEqual(['1', '2']);
  });
});

describe('what an operator reads of it', () => {
  const closed: RedrivenCase = { parked: parked('1'), end: { kind: 'closed', explanation: '2 messages handled' } };
  const failing: RedrivenCase = { parked: parked('2'), end: { kind: 'failing', reason: 'declined' } };
  const skipped: RedrivenCase = { parked: parked('3'), end: { kind: 'skipped', reason: 'under way', open: true } };

  it('is a line for each case as it ends', () => {
    expect(redriveProgress(closed, 9, 12)).toBe(' 9/12  closed         1  payments order/1: 2 messages handled');
    expect(redriveProgress(failing, 10, 12)).toBe('10/12  still failing  2  payments order/2: declined');
  });

  it('is a sum in the end, with the reason of every case that was not closed', () => {
    expect(redriveSummary([closed, failing, skipped]).split('\n')).toEqual([
      '3 cases: 1 closed, 1 still failing, 1 skipped',
      'still failing:',
      '  2  order/2: declined',
      'skipped:',
      '  3  order/3: under way',
    ]);
    expect(redriveSummary([closed])).toBe('1 case: 1 closed, 0 still failing, 0 skipped');
    expect(redriveSummary([])).toBe('no open case to redrive');
  });
});

test.each([
  [{}, true],
  [{ consumer: 'payments.charge' }, true],
  [{ consumer: 'loyalty.credit' }, false],
  [{ kind: 'message' }, true],
  [{ kind: 'outbox' }, false],
  [{ consumer: 'payments.charge', kind: 'outbox' }, false],
] as const)('of consumer payments.charge and kind message, %j is met: %s', (filter, met) => {
  expect(matchesFilter(parked('1'), filter)).toBe(met);
});
