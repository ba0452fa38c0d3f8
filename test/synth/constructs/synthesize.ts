import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { type ServiceDefaults, setServiceDefaults } from '../../../lib/constructs/service-defaults';

export const { context } = JSON.parse(readFileSync(join(__dirname, '../../../cdk.json'), 'utf8'));
const code = Code.fromInline('exports.handler = async () => undefined;');

/** A stack to build constructs in, with the project's feature flags and functions whose code needs no bundle. */
export const testStack = (defaults: Partial<ServiceDefaults> = {}): Stack => {
  const app = new App({ context });
  const stack = new Stack(app, 'Test', { env: { account: '111111111111', region: 'eu-west-1' } });
  setServiceDefaults(app, {
    removalPolicy: RemovalPolicy.DESTROY,
    code: (_, { faultInjection }) => ({ code, handler: faultInjection ? 'faulty.handler' : 'index.handler' }),
    ...defaults,
  });
  return stack;
};

/** Synthesizes the app with both rule packs, which fail it on any finding that nobody has given a reason for. */
export const checkedTemplate = (stack: Stack): Template => {
  const { root } = stack.node;
  Validations.of(root).addPlugins(new AwsSolutionsChecks(root), new ServerlessChecks(root));
  return Template.fromStack(stack);
};

type Statement = {
  readonly Action: string | readonly string[];
  readonly Effect: string;
  readonly Resource?: unknown;
  readonly Condition?: { readonly [operator: string]: unknown };
};

const isStatement = (value: unknown): value is Statement =>
  typeof value === 'object' && value !== null && 'Effect' in value && 'Action' in value;

/** Every policy statement anywhere in the template: of roles, queues, topics and keys. */
export const statements = (value: unknown): readonly Statement[] => {
  if (isStatement(value)) return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(statements) : [];
};

/** All actions that the template allows to anyone. */
export const allowedActions = (template: Template): readonly string[] =>
  [
    ...new Set(
      statements(template.toJSON())
        .filter(({ Effect }) => Effect === 'Allow')
        .flatMap(({ Action }) => Action),
    ),
  ].sort();
