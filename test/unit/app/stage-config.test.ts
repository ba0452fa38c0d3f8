import fc from 'fast-check';
import { StageConfigError } from '../../../lib/app/stage-config';
import { stageConfig } from '../../../lib/app/stages';

const dev = { account: '111122223333', alarmEmail: 'oncall@example.com' };

const reportOf = (name: string, settings: { readonly [field: string]: unknown }): string => {
  try {
    stageConfig(name, settings);
  } catch (error) {
    if (error instanceof StageConfigError) return error.message;
    throw error;
  }
  throw new Error('expected the configuration to be refused');
};

describe('the configuration of a stage', () => {
  test('needs nothing for the local stage', () => {
    const config = stageConfig('local');
    expect(config).toMatchObject({ paymentProvider: 'sandbox', removalPolicy: 'destroy', faultInjection: true });
  });

  test('lives in two regions unless told otherwise, and in up to five', () => {
    expect(stageConfig('dev', dev).regions).toEqual(['sa-east-1', 'us-east-1']);
    const five = ['eu-west-1', 'us-east-1', 'us-west-2', 'ap-southeast-2', 'sa-east-1'];
    expect(stageConfig('dev', { ...dev, regions: five }).regions).toEqual(five);
  });

  test('changes the stored form of orders step by step, where there may be orders', () => {
    expect(stageConfig('dev', dev).schemaPhases).toEqual({ order: { version: 3, phase: 'expand' } });
    expect(stageConfig('local').schemaPhases).toEqual({ order: { version: 3, phase: 'cutover' } });
    expect(reportOf('dev', { ...dev, schemaPhases: { order: { version: 3, phase: 'shrink' } } })).toContain(
      'schemaPhases.order.phase: got "shrink"; expected one of "expand", "cutover", "contract"',
    );
    expect(reportOf('dev', { ...dev, schemaPhases: { order: 'contract' } })).toContain(
      'schemaPhases.order: got "contract"; expected a version and its phase such as {"version": 3, "phase": "expand"}',
    );
  });

  test('is not about another version of the stored form than the code has: its phase would be taken for the newest one’s', () => {
    const report = reportOf('dev', { ...dev, schemaPhases: { order: { version: 1, phase: 'contract' } } });

    expect(report).toContain('schemaPhases.order.version: got 1; expected 3, the newest version that the code has');
  });

  test('sends each continent to its own region, or to the nearest there is', () => {
    expect(stageConfig('dev', dev).routing).toEqual({
      countries: {},
      continents: {
        AF: 'us-east-1',
        AN: 'sa-east-1',
        AS: 'us-east-1',
        EU: 'us-east-1',
        NA: 'us-east-1',
        OC: 'us-east-1',
        SA: 'sa-east-1',
      },
    });
    const regions = ['eu-west-1', 'eu-central-1', 'ap-southeast-2', 'us-west-2'];
    expect(stageConfig('dev', { ...dev, regions }).routing.continents).toEqual({
      AF: 'eu-west-1',
      AN: 'ap-southeast-2',
      AS: 'ap-southeast-2',
      EU: 'eu-west-1',
      NA: 'us-west-2',
      OC: 'ap-southeast-2',
      SA: 'us-west-2',
    });
    expect(
      Object.values(stageConfig('dev', { ...dev, regions: ['me-central-1'] }).routing.continents).filter(
        (region) => region !== 'me-central-1',
      ),
    ).toEqual([]);
  });

  test('sends a continent or a country where it is told to', () => {
    const routing = { continents: { EU: 'sa-east-1' }, countries: { PT: 'us-east-1' }, default: 'sa-east-1' };
    expect(stageConfig('dev', { ...dev, routing }).routing).toMatchObject({
      continents: { EU: 'sa-east-1', AF: 'us-east-1' },
      countries: { PT: 'us-east-1' },
      default: 'sa-east-1',
    });
  });

  test.each(['create', { id: 'Z0123456789ABCDEFGHIJ' }])('takes a domain with the zone %j', (hostedZone) => {
    const config = stageConfig('dev', { ...dev, domain: 'shop.example.com', hostedZone });
    expect(config).toMatchObject({ domain: 'shop.example.com', hostedZone });
  });

  test('leaves what costs extra off', () => {
    expect(stageConfig('dev', dev)).toMatchObject({ accelerateDns: false, regionSwitchPlan: false });
  });

  test.each([
    ['account', { account: '12' }, '"12"', 'twelve-digit'],
    ['account', { account: undefined }, 'nothing', 'expected'],
    ['alarmEmail', { alarmEmail: undefined }, 'nothing', 'expected an e-mail address'],
    ['alarmEmail', { alarmEmail: 'nobody' }, '"nobody"', 'email'],
    ['regions.0', { regions: ['brazil'] }, '"brazil"', 'expected an AWS region'],
    ['regions.1', { regions: ['sa-east-1', 'sa-east-9'] }, '"sa-east-9"', 'expected an AWS region'],
    ['regions.0', { regions: [] }, 'nothing', 'expected an AWS region'],
    ['regions', { regions: 'sa-east-1' }, '"sa-east-1"', 'expected a list of one to five'],
    ['regions', { regions: ['sa-east-1', 'sa-east-1'] }, '["sa-east-1","sa-east-1"]', 'expected each region once'],
    [
      'regions',
      { regions: ['us-east-1', 'us-east-2', 'us-west-1', 'us-west-2', 'eu-west-1', 'eu-west-2'] },
      '["us-east-1",',
      'expected at most 5',
    ],
    ['regions', { regions: ['us-east-1', 'cn-north-1'] }, '["us-east-1","cn-north-1"]', 'one partition'],
    ['domain', { domain: 'Not A Host' }, '"Not A Host"', 'expected a lower-case host name'],
    ['domain', { hostedZone: 'create' }, 'nothing', '"hostedZone" is set'],
    ['hostedZone', { domain: 'shop.example.com' }, 'nothing', 'expected "create", or {"id": "Z…"}'],
    ['hostedZone', { domain: 'shop.example.com', hostedZone: 'mine' }, '"mine"', 'expected "create", or {"id": "Z…"}'],
    ['hostedZone.id', { domain: 'shop.example.com', hostedZone: { id: 'shop' } }, '"shop"', 'the id of a hosted zone'],
    [
      'routing.countries.UK',
      { routing: { countries: { UK: 'us-east-1' } } },
      '"us-east-1"',
      '"UK" is no code of countries; expected one of ISO 3166-1',
    ],
    [
      'routing.continents.XX',
      { routing: { continents: { XX: 'us-east-1' } } },
      '"us-east-1"',
      '"XX" is no code of continents; expected one of AF, AN, AS, EU, NA, OC, SA',
    ],
    [
      'routing.countries.DE',
      { routing: { countries: { DE: 'eu-central-1' } } },
      '"eu-central-1"',
      'expected one of "regions" (sa-east-1, us-east-1)',
    ],
    [
      'routing.continents.EU',
      { routing: { continents: { EU: 'eu-central-1' } } },
      '"eu-central-1"',
      'expected one of "regions" (sa-east-1, us-east-1)',
    ],
    [
      'routing.default',
      { routing: { default: 'eu-central-1' } },
      '"eu-central-1"',
      'expected one of "regions" (sa-east-1, us-east-1)',
    ],
    ['accelerateDns', { accelerateDns: true }, 'true', 'a zone that the stage creates'],
    ['regionSwitchPlan', { regionSwitchPlan: true, regions: ['sa-east-1'] }, 'true', 'none to switch to'],
    ['regionSwitchPlan', { regionSwitchPlan: true }, 'true', 'without "domain"'],
    ['regionLease.durationSeconds', { regionLease: { durationSeconds: 1 } }, '1', '>=10'],
    [
      'regionReturn.queueCountSeconds',
      { regionReturn: { queueCountSeconds: 59 } },
      '59',
      'expected at least 60: SQS may be a minute late',
    ],
    [
      'regionLease.durationSeconds',
      { regionLease: { durationSeconds: 179 } },
      '179',
      'expected at least 180: it is renewed once a minute, and has to outlast two renewals that fail',
    ],
    ['release.percentage', { release: { percentage: 51 } }, '51', '<=50'],
    ['release.shift', { release: { shift: 'leap' } }, '"leap"', '"canary"|"linear"'],
    ['release.intervalMinutes', { release: { intervalMinutes: 10 } }, '10', 'expected at least 14: the judge needs'],
    ['release.intervalMinutes', { release: { windowSeconds: 600 } }, '15', 'expected at least 30: the judge needs'],
    ['release.windowSeconds', { release: { windowSeconds: 90 } }, '90', 'expected a multiple of 60'],
    ['release.breakGlass.reason', { release: { breakGlass: { reason: 'x' } } }, '"x"', 'a sentence that says why'],
    ['release.bakeMinutes', { release: { bakeMinutes: 4 } }, '4', 'expected at least 5: an alarm may need as long'],
    ['release.waves', { release: { waves: [] } }, '[]', 'expected a list of waves'],
    ['release.waves', { release: { waves: ['us-east-1'] } }, '["us-east-1"]', 'sa-east-1 is missing'],
    [
      'release.waves',
      { release: { waves: [['us-east-1', 'sa-east-1'], 'us-east-1', 'eu-west-1'] } },
      '[["us-east-1","sa-east-1"],"us-east-1","eu-west-1"]',
      'expected each of "regions" once; eu-west-1 is none of them, us-east-1 is there twice',
    ],
    [
      'pipeline.connectionArn',
      { pipeline: { connectionArn: 'arn:aws:s3:::x', repository: 'shop/tenfold', branch: 'main' } },
      '"arn:aws:s3:::x"',
      'expected the ARN of a connection',
    ],
    ['faultInjection', { faultInjection: true }, 'true', 'local stage only'],
    ['removalPolicy', { removalPolicy: 'maybe' }, '"maybe"', 'retain'],
    ['saga.stepRetries', { saga: { ...stageConfig('dev', dev).saga, stepRetries: -1 } }, '-1', '>=0'],
  ])('names %s, its value and what was expected (%j)', (field, wrong, value, expected) => {
    const report = reportOf('dev', { ...dev, ...wrong });
    expect(report).toContain(`  ${field}: got ${value}`);
    expect(report).toContain(expected);
  });

  test('takes a lease of three renewals, and a shorter one where the keeper is called more often', () => {
    const shortest = { regionLease: { durationSeconds: 180 } };
    expect(stageConfig('dev', { ...dev, ...shortest }).regionLease.durationSeconds).toBe(180);
    expect(stageConfig('local', { regionLease: { durationSeconds: 10 } }).regionLease.durationSeconds).toBe(10);
  });

  test('takes one changed number of the saga and keeps its other defaults', () => {
    const { saga } = stageConfig('dev', { ...dev, saga: { stepRetries: 7 } });
    expect(saga).toEqual({ ...stageConfig('dev', dev).saga, stepRetries: 7 });
  });

  test('releases the primary region last unless told otherwise, and regions of a wave together', () => {
    const regions = ['sa-east-1', 'us-east-1', 'eu-west-1'];
    expect(stageConfig('dev', { ...dev, regions }).release.waves).toEqual([
      ['eu-west-1'],
      ['us-east-1'],
      ['sa-east-1'],
    ]);
    const waves = ['us-east-1', ['sa-east-1', 'eu-west-1']];
    expect(stageConfig('dev', { ...dev, regions, release: { waves } }).release.waves).toEqual([
      ['us-east-1'],
      ['sa-east-1', 'eu-west-1'],
    ]);
  });

  test('releases by a tenth of the traffic, and keeps the safeguards unless a reason is given', () => {
    const { release } = stageConfig('dev', dev);
    expect(release).toEqual({
      shift: 'canary',
      percentage: 10,
      intervalMinutes: 15,
      windowSeconds: 120,
      metricsDelaySeconds: 120,
      waves: [['us-east-1'], ['sa-east-1']],
      bakeMinutes: 10,
    });
    const breakGlass = { reason: 'the alarm itself is wrong' };
    expect(stageConfig('dev', { ...dev, release: { breakGlass } }).release).toEqual({ ...release, breakGlass });
  });

  test('has no default for the outside world of prod: a real provider must be named', () => {
    const report = reportOf('prod', dev);
    expect(report).toContain('paymentProvider: got nothing');
    expect(report).toContain('carrier: got nothing');
  });

  test('has no default for who may look into the audit trail of prod, and takes nobody but by a whole name', () => {
    const prod = { ...dev, paymentProvider: 'sandbox', carrier: 'sandbox' };
    expect(reportOf('prod', prod)).toContain('audit.auditors: got nothing');
    const everybody = { auditors: ['arn:aws:iam::111122223333:role/*'] };
    expect(reportOf('prod', { ...prod, audit: everybody })).toContain('expected roles and users by their whole names');
  });

  test('names a field that it does not know', () => {
    expect(reportOf('dev', { ...dev, alarmMail: 'x@example.com' })).toContain('alarmMail');
  });

  test('names the stages that exist when asked for another', () => {
    expect(reportOf('staging', {})).toBe('stage: got "staging"; expected one of local, dev, prod');
  });

  test('never throws anything but its own report, whatever it is given', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (settings) => {
        expect(reportOf('prod', settings)).toContain('the configuration of the stage is wrong');
      }),
    );
  });
});
