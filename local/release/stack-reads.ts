import { z } from 'zod';

/** An output of a stack, as another one reads it. */
export interface StackOutput {
  readonly stackName: string;
  readonly region: string;
  readonly output: string;
}

const reference = z.object({ StackName: z.string(), OutputName: z.string(), Region: z.optional(z.string()) });

const referencesIn = (value: unknown): readonly unknown[] => {
  if (typeof value !== 'object' || value === null) return [];
  if ('Fn::GetStackOutput' in value) return [value['Fn::GetStackOutput']];
  return Object.values(value).flatMap(referencesIn);
};

/**
 * What a stack reads from others, each output once. CloudFormation reads it when the stack is deployed, and does not tell it of a change later.
 * @param ownRegion of the stack, which a reference that names none is about
 * @throws ZodError a reference is made of what only CloudFormation knows, such as a parameter
 */
export const readsOf = (template: object, ownRegion: string): readonly StackOutput[] => {
  const reads = referencesIn(template).map((found): StackOutput => {
    const { StackName, OutputName, Region = ownRegion } = reference.parse(found);
    return { stackName: StackName, region: Region, output: OutputName };
  });
  return [...new Map(reads.map((read) => [JSON.stringify(read), read])).values()];
};
