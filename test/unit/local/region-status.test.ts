import type { RegionRecords } from '../../../lambdas/shared/region-records';
import type { RegionCommand } from '../../../local/operator/region-command';
import { planEvacuation, planReopening, planReturn } from '../../../local/operator/region-plan';
import { type RegionStatus, statusOf, statusText } from '../../../local/operator/region-status';
import { fenceOf, leaseOf } from '../shared/region-records';

const [home, other] = ['sa-east-1', 'us-east-1'];
const now = new Date('2026-11-23T08:00:00.000Z');
const soon = '2026-11-23T08:05:00.000Z';
const lease = leaseOf(home, soon);
const fence = fenceOf(home, other);

/** Both replicas of two tables about the first region; `undefined` does not answer. */
const viewsOf = (own: RegionRecords | undefined, others: RegionRecords | undefined) =>
  [home, other].flatMap((asked) =>
    ['ordering', 'payments'].map((context) => ({
      ...{ asked, context, region: home },
      records: asked === home ? own : others,
    })),
  );

describe('the status of a region', () => {
  it('is what its own tables say of its lease', () => {
    expect(statusOf(home, viewsOf({ lease }, { lease }), now)).toEqual({
      ...{ region: home, standing: 'active', answers: true, leaseUntil: soon, divergent: [] },
    });
  });

  it('is what the others know when it does not answer, and says so', () => {
    const status = statusOf(home, viewsOf(undefined, { lease, fence }), now);

    expect(status).toMatchObject({
      standing: 'fenced',
      answers: false,
      divergent: [`${home}/ordering`, `${home}/payments`],
    });
    expect(statusText([status])).toContain('its own tables do not answer');
  });

  it('has the newest fence that any replica knows, and names the replicas that are behind', () => {
    const status = statusOf(home, viewsOf({ lease }, { lease, fence }), now);

    expect(status).toMatchObject({ standing: 'active', fence, divergent: [`${home}/ordering`, `${home}/payments`] });
  });

  it('is mixed when its tables do not agree', () => {
    const [one, ...more] = viewsOf({ lease }, { lease });
    const expired = { ...one, records: { lease: leaseOf(home, now.toISOString()) } };

    expect(statusOf(home, [expired, ...more] as typeof more, now).standing).toBe('mixed');
  });

  it('is no-lease before its keeper has run, and unknown when nobody answers', () => {
    expect(statusOf(home, viewsOf({}, {}), now).standing).toBe('no-lease');
    expect(statusOf(home, viewsOf(undefined, undefined), now).standing).toBe('unknown');
  });
});

const status = (region: string, more: Partial<RegionStatus> = {}): RegionStatus => ({
  ...{ region, standing: 'active', answers: true, divergent: [] },
  ...more,
});
const evacuate = (more: object = {}) =>
  ({ kind: 'evacuate', region: home, lossDeclared: false, reason: 'a fire', ...more }) as Extract<
    RegionCommand,
    { readonly kind: 'evacuate' }
  >;

describe('an evacuation', () => {
  it('is started in the first other region that is in service, under the first epoch', () => {
    const gone = status('eu-west-1', { standing: 'lease-expired' });

    expect(planEvacuation(evacuate(), [status(home), gone, status(other)])).toEqual({
      ...{ where: other, output: 'EvacuateRegionArn', prefix: `${home}-1` },
      input: { region: home, successor: other, epoch: 1, lossDeclared: false, reason: 'a fire' },
    });
  });

  it('is repeated under its epoch and in its successor', () => {
    const statuses = [status(home, { standing: 'fenced', fence }), status('eu-west-1'), status(other)];

    expect(planEvacuation(evacuate({ lossDeclared: true }), statuses)).toMatchObject({
      ...{ where: other, prefix: `${home}-1-loss` },
      input: { epoch: 1, successor: other, lossDeclared: true },
    });
  });

  it('gets the next epoch after the last one was lifted, or when another region is to take over', () => {
    const lifted = status(home, { fence: { ...fence, fenced: false, unfencedAt: soon } });
    const fenced = status(home, { standing: 'fenced', fence });

    expect(planEvacuation(evacuate(), [lifted, status(other)])).toMatchObject({ input: { epoch: 2 } });
    expect(
      planEvacuation(evacuate({ successor: 'eu-west-1' }), [fenced, status('eu-west-1'), status(other)]),
    ).toMatchObject({ where: 'eu-west-1', input: { epoch: 2 } });
  });

  it.each([
    ['the last healthy region', evacuate(), 'sa-east-1 is the last region in service'],
    ['a region that the stage does not have', evacuate({ region: 'mars-1' }), 'the stage has no region mars-1'],
    ['to a region that the stage does not have', evacuate({ successor: 'mars-1' }), 'the stage has no region mars-1'],
    ['to a region that is not in service', evacuate({ successor: other }), 'us-east-1 cannot take over: it is fenced'],
  ])('of %s is refused', (_, command, why) => {
    expect(() => planEvacuation(command, [status(home), status(other, { standing: 'fenced' })])).toThrow(why);
  });
});

describe('opening a region', () => {
  const reopen = { kind: 'reopen', region: home, lost: other, reason: 'a flood' } as const;
  const closed = status(home, { standing: 'fenced', fence });

  it('is asked of the region, for one that does not answer or is closed itself', () => {
    const expected = { lost: other, reason: 'a flood' };

    expect(planReopening(reopen, [closed, status(other, { answers: false })])).toEqual(expected);
    expect(planReopening(reopen, [closed, status(other, { standing: 'fenced' })])).toEqual(expected);
    expect(planReopening(reopen, [closed, status(other, { standing: 'lease-expired' })])).toEqual(expected);
    expect(
      planReopening(reopen, [status(home, { standing: 'lease-expired' }), status(other, { answers: false })]),
    ).toEqual(expected);
  });

  it.each([
    ['that is in service', [status(home), status(other, { answers: false })], 'sa-east-1 is in service'],
    ['while the other one answers', [closed, status(other)], 'us-east-1 answers, and is active: it is not lost'],
    ['that the stage does not have', [status(other)], 'the stage has no region sa-east-1'],
  ])('of one %s is refused', (_, statuses, why) => {
    expect(() => planReopening(reopen, statuses)).toThrow(why);
  });

  it('is told by its status, with the reason', () => {
    const opened = { ...fence, fenced: false, successor: other, reason: 'a flood' };

    expect(statusText([status(home, { fence: opened })])).toContain(
      'epoch 1 was lifted without us-east-1, by an operator: a flood',
    );
  });
});

describe('a return', () => {
  it('is started in the successor', () => {
    expect(planReturn(home, [status(home, { fence }), status(other)])).toEqual({
      ...{ where: other, output: 'ReturnRegionArn', prefix: `${home}-1`, input: { region: home } },
    });
  });

  it('of a region that is not evacuated is refused', () => {
    expect(() => planReturn(home, [status(home), status(other)])).toThrow('sa-east-1 is not evacuated: it is active');
    expect(() => planReturn('mars-1', [status(home)])).toThrow('the stage has no region mars-1');
  });
});
