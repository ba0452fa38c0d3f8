import { parseDrillCommand } from '../../../drills/harness/command-line';

const parse = (line: string) => parseDrillCommand(line.split(' ').filter(Boolean), ['exactly-once', 'saga']);

describe('drill command line', () => {
  it('runs every drill when none is named', () =>
    expect(parse('')).toEqual({ kind: 'run', drills: [], target: 'local', stage: 'dev', isReduced: false }));

  it('takes several drills, a seed and a target', () =>
    expect(parse('saga exactly-once --seed 7 --target aws --stage prod')).toEqual({
      kind: 'run',
      drills: ['saga', 'exactly-once'],
      seed: '7',
      target: 'aws',
      stage: 'prod',
      isReduced: false,
    }));

  it('takes less load when it is asked to', () => expect(parse('saga --reduced')).toMatchObject({ isReduced: true }));

  it.each(['saga --sabotage', '--sabotage saga', '--sabotage --seed 1 saga'])(
    'reads all protections from "%s"',
    (line) => expect(parse(line)).toMatchObject({ drills: ['saga'], sabotage: 'all' }),
  );

  it.each(['saga --sabotage tombstone', 'saga --sabotage=tombstone', '--sabotage tombstone saga'])(
    'reads one protection from "%s"',
    (line) => expect(parse(line)).toMatchObject({ drills: ['saga'], sabotage: 'tombstone' }),
  );

  it.each([
    ['--seed', '--seed needs a value'],
    ['--target moon', 'not moon'],
    ['sage', 'unknown drill sage; known are exactly-once, saga'],
    ['--fast', 'unknown option --fast'],
  ])('explains the mistake in "%s"', (line, explanation) =>
    expect(parse(line)).toMatchObject({ kind: 'mistake', explanation: expect.stringContaining(explanation) }),
  );
});
