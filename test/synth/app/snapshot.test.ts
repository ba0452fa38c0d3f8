import { withoutAssetHashes } from './normalised';
import { synthesize } from './synthesized';

const primary = synthesize('prod').filter(({ region }) => region === 'sa-east-1');

describe('the templates of prod', () => {
  test.each(primary.map(({ name, template }) => ({ name, template })))(
    '$name is as it was reviewed',
    ({ template }) => {
      expect(withoutAssetHashes(template)).toMatchSnapshot();
    },
  );
});
