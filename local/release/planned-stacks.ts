import { CloudAssembly, CloudFormationStackArtifact } from 'aws-cdk-lib/cx-api';
import { z } from 'zod';
import { readsOf } from './stack-reads';
import { templateDigest } from './template-digest';
import type { PlannedStack } from './train-plan';

const idOf = ({ hierarchicalId }: CloudFormationStackArtifact): string => hierarchicalId.split('/').slice(1).join('/');

/** The stacks of a synthesized stage. @param directory where it was synthesized to */
export const readPlannedStacks = (directory: string): readonly PlannedStack[] =>
  new CloudAssembly(directory).stacksRecursively.map((stack) => {
    const template = z.looseObject({}).parse(stack.template);
    const { region } = stack.environment;
    return {
      id: idOf(stack),
      stackName: stack.stackName,
      region,
      digest: templateDigest(template),
      dependencies: stack.dependencies.filter(CloudFormationStackArtifact.isCloudFormationStackArtifact).map(idOf),
      reads: readsOf(template, region),
    };
  });
