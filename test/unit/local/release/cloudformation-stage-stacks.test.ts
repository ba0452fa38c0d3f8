import { CloudFormationStageStacks } from '../../../../local/release/cloudformation-stage-stacks';
import { FakeService } from '../../shared/fake-service';
import { twoRegions } from './in-memory-train';

const services: FakeService[] = [];
afterEach(() => Promise.all(services.splice(0).map((service) => service.stop())));

const outputs = (stream: string, other: string): string =>
  `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>Data</StackName><Outputs>
    <member><OutputKey>Stream</OutputKey><OutputValue>${stream}</OutputValue></member>
    <member><OutputKey>Other</OutputKey><OutputValue>${other}</OutputValue></member>
  </Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`;

/** Digest of what the services of both regions read, `Stream` of `Data`, while CloudFormation answers this. */
const digestWhile = async (status: number, body: string): Promise<string> => {
  const service = await FakeService.start(() => ({ status, body }));
  services.push(service);
  const placeOf = (region: string) => ({ region, endpoint: service.endpoint });
  return new CloudFormationStageStacks('Tenfold-Prod', placeOf, async () => undefined).digestOfReads(twoRegions('v1'));
};

test('what stacks read has another digest when a value of it changes, and only then', async () => {
  const before = await digestWhile(200, outputs('one', 'x'));
  expect(await digestWhile(200, outputs('one', 'y'))).toBe(before);
  expect(await digestWhile(200, outputs('two', 'x'))).not.toBe(before);
});

test('a stack that does not exist puts out nothing', async () => {
  const missing =
    '<ErrorResponse><Error><Code>ValidationError</Code><Message>Stack with id Data does not exist</Message></Error></ErrorResponse>';
  expect(await digestWhile(400, missing)).toBe(await digestWhile(200, outputs('', '')));
});
