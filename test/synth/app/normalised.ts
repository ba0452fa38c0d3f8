import type { SynthesizedStack } from './synthesized';

const rewritten = (template: SynthesizedStack['template'], rewrite: (text: string) => string) =>
  JSON.parse(rewrite(JSON.stringify(template))) as SynthesizedStack['template'];

const hashless = (text: string): string =>
  text
    .replaceAll(/[0-9a-f]{64}/g, '<asset hash>')
    .replaceAll(/(CurrentVersion[0-9A-F]{8})[0-9a-f]{32}/g, '$1<version hash>');

/** A bundle's hash changes with every line of a handler; what is reviewed and compared is the infrastructure. */
export const withoutAssetHashes = (template: SynthesizedStack['template']): SynthesizedStack['template'] =>
  rewritten(template, hashless);

/**
 * A template as it would look if the two regions had changed places, without the hashes that CDK derives from them: of
 * asset and version, of an API's deployment, and of paths in names and ids.
 */
export const withRegionsSwapped = (
  template: SynthesizedStack['template'],
  one: string,
  other: string,
): SynthesizedStack['template'] => {
  const bare = (region: string) => region.replaceAll('-', '');
  const swap: ReadonlyMap<string, string> = new Map([
    [one, other],
    [other, one],
    [bare(one), bare(other)],
    [bare(other), bare(one)],
  ]);
  return rewritten(template, (text) =>
    hashless(text)
      .replaceAll(/(Deployment[0-9A-F]{8})[0-9a-f]{32}/g, '$1<content hash>')
      .replaceAll(/[\w-]*Tenfold[\w-]*/g, (name) => name.replaceAll(/[0-9A-F]{8}/g, '<path hash>'))
      .replaceAll(new RegExp([...swap.keys()].join('|'), 'g'), (region) => swap.get(region) ?? region),
  );
};
