import {
  CloudFormationClient,
  DescribeStacksCommand,
  paginateListStackResources,
} from '@aws-sdk/client-cloudformation';
import {
  GetAliasCommand,
  GetFunctionConfigurationCommand,
  LambdaClient,
  ResourceNotFoundException,
} from '@aws-sdk/client-lambda';
import { z } from 'zod';
import { firstVersionOnly, schemaUse } from '../../lambdas/shared/schema-use.contract';
import { clientConfig, type Place } from '../deployment/aws-clients';
import { inParallel } from '../in-parallel';
import type { ServedRegion, ServedVersion } from './migration-safety';
import type { StoredKind } from './stored-kinds';

/** The alias by which functions are called. */
const aliasName = 'live';

/** Functions asked at a time. */
const AT_ONCE = 4;

const entitySchemas = z.record(z.string(), schemaUse);

const parsedJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const functionsOf = async (formation: CloudFormationClient, StackName: string): Promise<readonly string[]> => {
  const names: string[] = [];
  for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client: formation }, { StackName }))
    for (const { ResourceType, PhysicalResourceId } of StackResourceSummaries)
      if (ResourceType === 'AWS::Lambda::Function' && PhysicalResourceId !== undefined) names.push(PhysicalResourceId);
  return names;
};

/** What the alias routes to, however little of the traffic; a function without one is called as it is. */
const routedVersions = async (lambda: LambdaClient, FunctionName: string): Promise<readonly string[]> => {
  try {
    const alias = await lambda.send(new GetAliasCommand({ FunctionName, Name: aliasName }));
    const { FunctionVersion = '$LATEST', RoutingConfig } = alias;
    return [FunctionVersion, ...Object.keys(RoutingConfig?.AdditionalVersionWeights ?? {})];
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return ['$LATEST'];
    throw error;
  }
};

/**
 * The versions of functions that their aliases route to and that have the kind's table, and the forms that each reads and writes. A version that
 * does not say so was made before the kind had a second form.
 */
export const versionsServedBy = async (
  lambda: LambdaClient,
  functionNames: readonly string[],
  { kind, tableKey }: Pick<StoredKind, 'kind' | 'tableKey'>,
): Promise<readonly ServedVersion[]> => {
  const servedBy = async (FunctionName: string): Promise<readonly ServedVersion[]> => {
    const served: ServedVersion[] = [];
    for (const version of await routedVersions(lambda, FunctionName)) {
      const asked = new GetFunctionConfigurationCommand({ FunctionName, Qualifier: version });
      const { Environment: { Variables = {} } = {} } = await lambda.send(asked);
      if (!(tableKey in Variables)) continue;
      const said = entitySchemas.safeParse(parsedJson(Variables['ENTITY_SCHEMAS'] ?? ''));
      served.push({ functionName: FunctionName, version, ...(said.data?.[kind] ?? firstVersionOnly) });
    }
    return served;
  };
  return (await inParallel(functionNames, AT_ONCE, servedBy)).flat();
};

/** What a region serves of the stack that stores a kind. */
export const readServedVersions = async (
  place: Place,
  stackPrefix: string,
  { stack, ...kind }: StoredKind,
): Promise<ServedRegion> => {
  const formation = new CloudFormationClient(clientConfig(place));
  const StackName = `${stackPrefix}-${stack}`;
  const { Stacks = [] } = await formation.send(new DescribeStacksCommand({ StackName }));
  return {
    region: place.region,
    deploying: Stacks.some(({ StackStatus = '' }) => StackStatus.endsWith('_IN_PROGRESS')),
    versions: await versionsServedBy(
      new LambdaClient(clientConfig(place)),
      await functionsOf(formation, StackName),
      kind,
    ),
  };
};
