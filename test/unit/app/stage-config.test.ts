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

  test('deploys the first region and keeps the others in mind', () => {
    const config = stageConfig('dev', dev);
    expect(config.regions).toEqual(['sa-east-1', 'us-east-1']);
    expect(config.deployedRegions).toEqual(['sa-east-1']);
  });

  test.each([
    ['account', { account: '12' }, '"12"', 'twelve-digit'],
    ['account', { account: undefined }, 'nothing', 'expected'],
    ['alarmEmail', { alarmEmail: undefined }, 'nothing', 'expected an e-mail address'],
    ['alarmEmail', { alarmEmail: 'nobody' }, '"nobody"', 'email'],
    ['regions.0', { regions: ['brazil'] }, '"brazil"', 'expected an AWS region'],
    ['regions', { regions: ['sa-east-1', 'sa-east-1'] }, '["sa-east-1","sa-east-1"]', 'expected each region once'],
    [
      'deployedRegions',
      { deployedRegions: ['sa-east-1', 'us-east-1'] },
      '["sa-east-1","us-east-1"]',
      'expected one region',
    ],
    ['deployedRegions', { deployedRegions: ['eu-west-1'] }, '["eu-west-1"]', 'listed in "regions"'],
    ['domain', { domain: 'Not A Host' }, '"Not A Host"', 'expected a lower-case host name'],
    ['faultInjection', { faultInjection: true }, 'true', 'local stage only'],
    ['removalPolicy', { removalPolicy: 'maybe' }, '"maybe"', 'retain'],
    ['saga.stepRetries', { saga: { ...stageConfig('dev', dev).saga, stepRetries: -1 } }, '-1', '>=0'],
  ])('names %s, its value and what was expected (%j)', (field, wrong, value, expected) => {
    const report = reportOf('dev', { ...dev, ...wrong });
    expect(report).toContain(`  ${field}: got ${value}`);
    expect(report).toContain(expected);
  });

  test('takes one changed number of the saga and keeps its other defaults', () => {
    const { saga } = stageConfig('dev', { ...dev, saga: { stepRetries: 7 } });
    expect(saga).toEqual({ ...stageConfig('dev', dev).saga, stepRetries: 7 });
  });

  test('has no default for the outside world of prod: a real provider must be named', () => {
    const report = reportOf('prod', dev);
    expect(report).toContain('paymentProvider: got nothing');
    expect(report).toContain('carrier: got nothing');
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
