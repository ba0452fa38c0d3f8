import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { CloudFormationStackArtifact } from 'aws-cdk-lib/cx-api';
import type { StageName, StageSettings } from '../../../lib/app/stage-config';
import { stageConfig } from '../../../lib/app/stages';
import { TenfoldStage } from '../../../lib/app/tenfold-stage';

/** A resource as CloudFormation sees it. */
export interface Resource {
  readonly Type: string;
  readonly Properties?: { readonly [key: string]: unknown };
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly DependsOn?: string | readonly string[];
}

export interface SynthesizedStack {
  /** Where the stack stands in its stage, for example `sa-east-1/OrderingService`. */
  readonly id: string;
  /** For example `OrderingService`. */
  readonly name: string;
  readonly region: string;
  /** What CloudFormation knows it by, for example `Tenfold-Prod-sa-east-1-OrderingService`. */
  readonly stackName: string;
  readonly template: {
    readonly Resources: { readonly [id: string]: Resource };
    readonly Outputs?: { readonly [id: string]: { readonly Value: unknown } };
  };
  readonly terminationProtection: boolean;
  /** Ids of the stacks that are deployed before it. */
  readonly dependencies: readonly string[];
}

/** One resource of the whole app with where it stands. */
export interface Placed extends Resource {
  readonly Properties: { readonly [key: string]: unknown };
  readonly stack: string;
  readonly logicalId: string;
}

const settings: Record<StageName, { readonly [field: string]: unknown }> = {
  local: {},
  dev: { account: '111122223333', alarmEmail: 'oncall@example.com' },
  prod: {
    account: '444455556666',
    alarmEmail: 'oncall@example.com',
    paymentProvider: { connectionSecretName: 'tenfold/prod/payment-provider' },
    carrier: { connectionSecretName: 'tenfold/prod/carrier' },
    audit: {
      auditors: ['arn:aws:iam::444455556666:role/privacy-office'],
      breakGlass: ['arn:aws:iam::444455556666:role/break-glass'],
    },
  },
};

/** The app as `cdk synth` builds it: same feature flags, one stage, all of its regions. */
export const appOf = (
  stage: StageName,
  overrides: StageSettings = {},
): { readonly app: App; readonly stage: TenfoldStage } => {
  const { context } = JSON.parse(readFileSync(join(__dirname, '../../../cdk.json'), 'utf8'));
  const app = new App({ context, outdir: mkdtempSync(join(tmpdir(), 'tenfold-synth-')) });
  const config = stageConfig(stage, { ...settings[stage], ...overrides });
  return { app, stage: new TenfoldStage(app, TenfoldStage.idFor(config.name), { config }) };
};

const idOf = (stack: CloudFormationStackArtifact): string => stack.hierarchicalId.split('/').slice(1).join('/');

/** Every stack of a stage, in the order of the assembly. */
export const synthesize = (stage: StageName, overrides: StageSettings = {}): readonly SynthesizedStack[] =>
  appOf(stage, overrides)
    .stage.synth()
    .stacks.map((stack) => ({
      id: idOf(stack),
      name: idOf(stack).split('/').at(-1) ?? '',
      region: stack.environment.region,
      stackName: stack.stackName,
      template: stack.template,
      terminationProtection: stack.terminationProtection ?? false,
      dependencies: stack.dependencies.filter(CloudFormationStackArtifact.isCloudFormationStackArtifact).map(idOf),
    }));

/** Every resource of the given types, or of any type. */
export const resourcesOf = (stacks: readonly SynthesizedStack[], ...types: readonly string[]): readonly Placed[] =>
  stacks.flatMap(({ id, template }) =>
    Object.entries(template.Resources)
      .filter(([, { Type }]) => types.length === 0 || types.includes(Type))
      .map(([logicalId, resource]) => ({ ...resource, Properties: resource.Properties ?? {}, stack: id, logicalId })),
  );

/** `region/Stack/LogicalId`: how a failing assertion names the culprit. */
export const nameOf = ({ stack, logicalId }: Placed): string => `${stack}/${logicalId}`;
