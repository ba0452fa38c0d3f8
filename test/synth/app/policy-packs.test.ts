import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import type { StageName, StageSettings } from '../../../lib/app/stage-config';
import { appOf } from './synthesized';

describe.each([
  ['AwsSolutions', () => new AwsSolutionsChecks()],
  ['Serverless', () => new ServerlessChecks()],
] as const)('the %s policy pack', (_, pack) => {
  test.each<[StageName, StageSettings]>([
    ['local', {}],
    ['prod', {}],
    // With everything that a stage has once for all regions, in a region that is none of them.
    ['prod', { regions: ['sa-east-1', 'eu-west-1'], domain: 'shop.example.com', hostedZone: 'create' }],
  ])('finds nothing unreasoned in the %s stage with %j', (name, settings) => {
    const { app } = appOf(name, settings);
    Validations.of(app).addPlugins(pack());
    expect(() => app.synth()).not.toThrow();
  });
});
