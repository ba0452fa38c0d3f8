import { finishedStacks } from '../../../local/deployment/finished-stacks';

test('the output of cdk deploy is read for the stacks that are done, and counted', () => {
  const notes: string[] = [];
  const read = finishedStacks((note) => notes.push(note));
  for (const line of [
    'Tenfold-Local/sa-east-1/OrderingData: deploying... [1/2]',
    ' ✅  Tenfold-Local/sa-east-1/OrderingData (Tenfold-Local-sa-east-1-OrderingData)',
    '✅  Tenfold-Local/us-east-1/OrderingData (Tenfold-Local-us-east-1-OrderingData) (no changes)',
    ' ✨  Deployment time: 3.1s',
  ])
    read(line);
  expect(notes).toEqual(['1: sa-east-1/OrderingData', '2: us-east-1/OrderingData']);
});
