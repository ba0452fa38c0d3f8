import { synthesize } from './synthesized';

/** A bundle's hash changes with every line of a handler; a snapshot is about the infrastructure. */
const withoutAssetHashes = (template: unknown): unknown =>
  JSON.parse(
    JSON.stringify(template)
      .replaceAll(/[0-9a-f]{64}/g, '<asset hash>')
      .replaceAll(/(CurrentVersion[0-9A-F]{8})[0-9a-f]{32}/g, '$1<version hash>'),
  );

describe('the templates of prod', () => {
  test.each(synthesize('prod').map(({ id, template }) => ({ id, template })))(
    '$id is as it was reviewed',
    ({ template }) => {
      expect(withoutAssetHashes(template)).toMatchSnapshot();
    },
  );
});
