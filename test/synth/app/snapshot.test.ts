import { withoutAssetHashes } from './normalised';
import { synthesize } from './synthesized';

// The other stacks of the second region are like these; regions.test.ts holds them against each other.
const different = ['us-east-1/BackboneData', 'us-east-1/OrderingData'];
const reviewed = synthesize('prod').filter(({ id, region }) => region === 'sa-east-1' || different.includes(id));

describe('the templates of prod', () => {
  test.each(reviewed.map((stack) => ({ id: stack.id.replace('sa-east-1/', ''), stack })))(
    '$id is as it was reviewed',
    ({ stack }) => {
      expect(withoutAssetHashes(stack)).toMatchSnapshot();
    },
  );
});
