import * as z from 'zod/mini';

const lambdaResource = z.object({
  Type: z.literal('AWS::Lambda::Function'),
  Properties: z.object({
    Name: z.string().check(z.minLength(1)),
    Alias: z.string().check(z.minLength(1)),
    CurrentVersion: z.string().check(z.regex(/^\d+$/)),
    TargetVersion: z.string().check(z.regex(/^\d+$/)),
  }),
});

/**
 * The part of a Lambda deployment's AppSpec that names the versions
 * (https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-resources.html).
 */
const appSpec = z.object({
  Resources: z.array(z.record(z.string(), lambdaResource)).check(z.length(1)),
});

/** Which version of which function follows which. */
export interface VersionShift {
  readonly functionName: string;
  readonly alias: string;
  readonly currentVersion: string;
  readonly targetVersion: string;
}

/** Reads the AppSpec that CloudFormation writes, as JSON. @throws SyntaxError | z.core.$ZodError it is another text */
export const readAppSpec = (text: string): VersionShift => {
  const { Resources } = appSpec.parse(JSON.parse(text));
  const [resource] = Resources.flatMap((named) => Object.values(named));
  if (resource === undefined) throw new SyntaxError('the AppSpec names no function');
  const { Name: functionName, Alias: alias, CurrentVersion, TargetVersion } = resource.Properties;
  return { functionName, alias, currentVersion: CurrentVersion, targetVersion: TargetVersion };
};
