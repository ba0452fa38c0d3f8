import { reconcileThere } from '../../../lambdas/regions/reconcile-there.use-case';

const setUp = () => {
  const asked: unknown[] = [];
  const reconcile = reconcileThere({
    regions: ['sa-east-1', 'us-east-1'],
    ask: async (region, payload) => {
      asked.push({ region, payload });
      return { looked: 3, returned: 1, cursor: 'next' };
    },
  });
  return { asked, reconcile };
};

it('has the returning region put its stock right, and hands its answer on', async () => {
  const { asked, reconcile } = setUp();

  expect(await reconcile({ region: 'sa-east-1', since: 'then', cursor: 'here' })).toEqual({
    ...{ looked: 3, returned: 1, cursor: 'next' },
  });

  expect(asked).toEqual([{ region: 'sa-east-1', payload: { since: 'then', cursor: 'here' } }]);
});

it('calls nobody in a region that the stage does not have', async () => {
  const { asked, reconcile } = setUp();

  await expect(reconcile({ region: 'mars-1', since: 'then' })).rejects.toMatchObject({ name: 'UnknownRegionError' });

  expect(asked).toEqual([]);
});
