import { parseStreamRequest, STREAM_USAGE } from '../../../../local/stream/stream-command';
import { streamConsumers } from '../../../../local/stream/stream-names';

const parse = (line: string) => parseStreamRequest(line.split(' ').filter((word) => word !== ''));
const [timeline] = streamConsumers;

describe('npm run stream', () => {
  it.each(['lag', 'parked', 'drain'] as const)(
    '%s is about all consumers, or about one under its short name',
    (kind) => {
      expect(parse(kind).command).toEqual({ kind, consumers: streamConsumers });
      expect(parse(`${kind} timeline`).command).toEqual({ kind, consumers: [timeline] });
      expect(parse(`${kind} activity.timeline`).command).toEqual({ kind, consumers: [timeline] });
    },
  );

  it.each([
    ['', 'horizon'],
    [' --from checkpoint', 'checkpoint'],
    [' --from 2026-11-26T08:00:00Z', { time: '2026-11-26T08:00:00Z' }],
    [' --from shardId-000000000001:4965', { shardId: 'shardId-000000000001', sequenceNumber: '4965' }],
  ])('replay timeline --into v2%s', (more, from) => {
    expect(parse(`replay timeline --into v2${more}`).command).toEqual({
      kind: 'replay',
      consumer: timeline,
      replay: { from, into: 'v2' },
    });
  });

  it('replays up to a time, promotes, splits and merges', () => {
    expect(parse('replay timeline --into v2 --until 2026-11-26T09:00:00Z').command).toMatchObject({
      replay: { until: '2026-11-26T09:00:00Z' },
    });
    expect(parse('promote timeline v2').command).toEqual({ kind: 'promote', consumer: timeline, generation: 'v2' });
    expect(parse('reshard activity split').command).toEqual({ kind: 'reshard', stream: 'activity', how: 'split' });
    expect(parse('reshard activity merge shardId-000000000000').command).toEqual({
      kind: 'reshard',
      stream: 'activity',
      how: 'merge',
      shardId: 'shardId-000000000000',
    });
  });

  it('is about a stage and a region', () => {
    expect(parse('lag --stage prod --region sa-east-1')).toMatchObject({ stage: 'prod', region: 'sa-east-1' });
    expect(parse('lag').stage).toBe('local');
  });

  it.each([
    ['drop', 'unknown command: drop'],
    ['lag nobody', 'no consumer nobody; expected one of activity.timeline, activity.counters, activity.stock-ledger'],
    ['lag timeline counters', 'too much: counters'],
    ['lag --into v2', 'lag takes no --into'],
    ['replay', 'replay needs a consumer'],
    ['replay timeline', 'replay needs --into <generation>'],
    ['replay timeline --into V2!', '--into is V2!; expected lower-case letters'],
    ['replay timeline --into v2 --from yesterday', '--from is yesterday; expected horizon, checkpoint, a time'],
    ['replay timeline --into v2 --until soon', '--until is soon; expected a time'],
    ['promote timeline', 'promote needs a generation such as v2, not none'],
    ['reshard', 'reshard needs a log; expected one of activity, stock-movements'],
    ['reshard activity', 'reshard activity split, or reshard activity merge'],
    ['reshard stock-movements split', 'stock-movements has one shard for ever'],
    ['lag --stage mars', 'no stage mars'],
    ['lag --colour', "Unknown option '--colour'"],
  ])('%s is a mistake that is explained', (line, explanation) => {
    expect(parse(line).command).toEqual({ kind: 'mistake', explanation: expect.stringContaining(explanation) });
  });

  it('shows its usage without a command, and names every consumer in it', () => {
    expect(parse('').command).toEqual({ kind: 'help' });
    expect(parse('lag --help').command).toEqual({ kind: 'help' });
    for (const { consumer } of streamConsumers) expect(STREAM_USAGE).toContain(consumer.replace('activity.', ''));
  });
});
