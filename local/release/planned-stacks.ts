import { CloudAssembly, CloudFormationStackArtifact } from 'aws-cdk-lib/cx-api';
import { z } from 'zod';
import { templateDigest } from './template-digest';
import type { PlannedStack } from './train-plan';

const idOf = ({ hierarchicalId }: CloudFormationStackArtifact): string => hierarchicalId.split('/').slice(1).join('/');

/** The stacks of a synthesized stage. @param directory where it was synthesized to */
export const readPlannedStacks = (directory: string): readonly PlannedStack[] =>
  new CloudAssembly(directory).stacksRecursively.map((stack) => ({
    id: idOf(stack),
    stackName: stack.stackName,
    region: stack.environment.region,
    digest: templateDigest(z.looseObject({}).parse(stack.template)),
    dependencies: stack.dependencies.filter(CloudFormationStackArtifact.isCloudFormationStackArtifact).map(idOf),
  }));
