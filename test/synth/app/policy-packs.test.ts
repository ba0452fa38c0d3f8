import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { appOf } from './synthesized';

describe.each([
  ['AwsSolutions', () => new AwsSolutionsChecks()],
  ['Serverless', () => new ServerlessChecks()],
] as const)('the %s policy pack', (_, pack) => {
  test.each(['local', 'prod'] as const)('finds nothing unreasoned in the %s stage', (name) => {
    const { app } = appOf(name);
    Validations.of(app).addPlugins(pack());
    expect(() => app.synth()).not.toThrow();
  });
});
