import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { askRegions, askThoseThatAnswer } from '../../../local/operator/ask-regions';
import { RegionDarkError } from '../../../local/operator/region.errors';
import { FakeService } from '../shared/fake-service';

const wayOut = (others: readonly string[]) => `left: ${others.join(', ') || 'none'}`;
const regions = ['one', 'two', 'three'].map((region) => ({ region }));
const closed = 'http://127.0.0.1:9';

let service: FakeService | undefined;
afterEach(() => service?.stop());

const ask = (endpoint: string) => {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new CloudFormationClient({ region: 'sa-east-1', endpoint, credentials, maxAttempts: 1 });
  return client.send(new DescribeStacksCommand());
};
const fault = (status: number, code: string) =>
  FakeService.start(() => ({ status, body: `<ErrorResponse><Error><Code>${code}</Code></Error></ErrorResponse>` }));

it('answers in the order of the regions', async () => {
  expect(await askRegions(regions, async ({ region }) => region.length, wayOut)).toEqual([3, 3, 5]);
});

it('names the region that nothing listens in, why, and the way out', async () => {
  const asked = askRegions(regions, async ({ region }) => (region === 'two' ? ask(closed) : undefined), wayOut);

  await expect(asked).rejects.toThrow(RegionDarkError);
  await expect(asked).rejects.toThrow(/^two does not answer \(.*ECONNREFUSED.*\); left: one, three$/);
});

it('takes a region that has nothing but server errors for dark, and names all that are', async () => {
  service = await fault(503, 'ServiceUnavailable');
  const { endpoint } = service;

  await expect(askRegions(regions.slice(0, 2), () => ask(endpoint), wayOut)).rejects.toThrow(
    /^one does not answer \(.*\); two does not answer \(.*\); left: none$/,
  );
});

it('lets the answer of a region through that refuses, whatever another one does', async () => {
  service = await fault(400, 'AccessDenied');
  const { endpoint } = service;
  const asked = askRegions(regions, ({ region }) => ask(region === 'two' ? endpoint : closed), wayOut);

  await expect(asked).rejects.toMatchObject({ name: 'AccessDenied' });
});

it('does without the regions that do not answer, and says which they are', async () => {
  const { answers, dark } = await askThoseThatAnswer(regions, async ({ region }) =>
    region === 'two' ? ask(closed) : region,
  );

  expect(answers).toEqual(['one', 'three']);
  expect(dark).toEqual([expect.objectContaining({ region: 'two', reason: expect.stringContaining('ECONNREFUSED') })]);
});
