import type { SynthesizedStack } from './synthesized';

type Template = SynthesizedStack['template'];

const hashless = (text: string): string =>
  text
    .replaceAll(/[0-9a-f]{64}/g, '<asset hash>')
    .replaceAll(/(CurrentVersion[0-9A-F]{8})[0-9a-f]{32}/g, '$1<version hash>');

/** A bundle's hash changes with every line of a handler; what is reviewed and compared is the infrastructure. */
export const withoutAssetHashes = ({ template }: SynthesizedStack): Template =>
  JSON.parse(hashless(JSON.stringify(template)));

/** A reference to what another stack has made. */
export interface StackReference {
  readonly StackName: string;
  readonly Region: string;
  readonly OutputName: string;
}

const referencesIn = (value: unknown): readonly StackReference[] => {
  if (typeof value !== 'object' || value === null) return [];
  if ('Fn::GetStackOutput' in value) return [value['Fn::GetStackOutput'] as StackReference];
  return Object.values(value).flatMap(referencesIn);
};

/** Everything that a stack reads from other stacks. */
export const stackReferences = ({ template }: SynthesizedStack): readonly StackReference[] => referencesIn(template);

/** What outputs mean: a table, say, is known by other attributes in the region that makes it than in one that looks it up. */
const meanings: readonly (readonly [meaning: string, type: RegExp, attribute: RegExp])[] = [
  ['table name', /GlobalTable|Custom::AWS/, /^(Ref|Table\.TableName)$/],
  ['table ARN', /GlobalTable|Custom::AWS/, /^(Arn|Table\.TableArn)$/],
  ['stream ARN', /GlobalTable|Custom::AWS/, /^(StreamArn|Table\.LatestStreamArn)$/],
  ['key ARN', /AWS::KMS::(Key|ReplicaKey)$/, /^Arn$/],
  ['key id', /AWS::KMS::(Key|ReplicaKey)$/, /^(Ref|KeyId)$/],
  ['user pool', /AWS::Cognito::UserPool$/, /^Ref$/],
  ['client', /AWS::Cognito::UserPoolClient$/, /^Ref$/],
];

/** What a reference means, whichever way the producing stack has it: the stream of a table, say, be it made or looked up there. */
export const meaningOf = (reference: StackReference, stacks: readonly SynthesizedStack[]): string => {
  const template = stacks.find(({ stackName }) => stackName === reference.StackName)?.template;
  const value = JSON.stringify(template?.Outputs?.[reference.OutputName]?.Value);
  const [, id = '', attribute = 'Ref'] = /^\{"(?:Ref":|Fn::GetAtt":\[)"(\w+)"(?:,"([\w.]+)")?/.exec(value) ?? [];
  const type = template?.Resources[id]?.Type ?? '';
  return (
    meanings.find(([, types, attributes]) => types.test(type) && attributes.test(attribute))?.[0] ??
    reference.OutputName
  );
};

/**
 * A template as it would look if the two regions had changed places, without what CDK derives from a construct's path or
 * content (hashes of assets, versions, deployments and ids), and with references to other stacks by what they mean.
 */
export const withRegionsSwapped = (
  { template }: SynthesizedStack,
  stacks: readonly SynthesizedStack[],
  [one, other]: readonly [string, string],
): Template => {
  const bare = (region: string) => region.replaceAll('-', '');
  const swap: ReadonlyMap<string, string> = new Map([
    [one, other],
    [other, one],
    [bare(one), bare(other)],
    [bare(other), bare(one)],
  ]);
  const meant = referencesIn(template).reduce(
    (text, reference) => text.replaceAll(`"${reference.OutputName}"`, `"${meaningOf(reference, stacks)}"`),
    JSON.stringify(template),
  );
  return JSON.parse(
    hashless(meant)
      .replaceAll(/(Deployment[0-9A-F]{8})[0-9a-f]{32}/g, '$1<content hash>')
      // What exists once stays where it is.
      .replaceAll(/"Region":"[\w-]+","StackName":"(Tenfold-\w+-\w+)"/g, '"Region":"<global>","StackName":"$1"')
      .replaceAll(/[\w-]*[Tt]enfold[\w-]*/g, (name) => name.replaceAll(/[0-9A-F]{8}/g, '<path hash>'))
      .replaceAll(new RegExp([...swap.keys()].join('|'), 'g'), (region) => swap.get(region) ?? region),
  );
};
