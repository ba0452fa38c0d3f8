import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readXml, XmlError } from '../../../../local/regions/dns/read-xml';
import { Route53ApiError } from '../../../../local/regions/dns/route53-api';
import { readDeployedDns, toHealthCheck, toRecordSet } from '../../../../local/regions/dns/route53-zones';

describe('a document of an API', () => {
  test('is read whatever stands in its tags, with entities undone', () => {
    const document =
      '<?xml version="1.0"?>\n<A xmlns="x"><B>1 &lt; 2 &amp;&#38;&#x26; \u00e9</B><C/><B a="1"><D>2</D></B></A>';

    expect(readXml(document)).toEqual({
      name: 'A',
      text: '',
      children: [
        { name: 'B', text: '1 < 2 &&& \u00e9', children: [] },
        { name: 'C', text: '', children: [] },
        { name: 'B', text: '', children: [{ name: 'D', text: '2', children: [] }] },
      ],
    });
  });

  test.each([['<A><B></A></B>'], ['<A>'], ['</A>'], ['<A/><B/>'], ['text'], ['<A><!-- no --></A>']])(
    'is refused when it is %s',
    (document) => {
      expect(() => readXml(document)).toThrow(XmlError);
    },
  );
});

describe('a record set', () => {
  const read = (more: string) =>
    toRecordSet(readXml(`<ResourceRecordSet><Name>API.shop.test.</Name><Type>A</Type>${more}</ResourceRecordSet>`));
  const common = { name: 'api.shop.test', type: 'A' };

  test('with values has them, and its time to live', () => {
    const records = '<ResourceRecord><Value>192.0.2.1</Value></ResourceRecord>';

    expect(read(`<TTL>60</TTL><ResourceRecords>${records}${records}</ResourceRecords>`)).toEqual({
      ...common,
      routing: { kind: 'simple' },
      ttl: 60,
      values: ['192.0.2.1', '192.0.2.1'],
    });
  });

  test('that is an alias tells of what, and whether it looks at its health', () => {
    const alias = (evaluate: string) =>
      `<AliasTarget><HostedZoneId>Z1</HostedZoneId><DNSName>any.shop.test.</DNSName><EvaluateTargetHealth>${evaluate}</EvaluateTargetHealth></AliasTarget>`;

    expect(read(`<HealthCheckId>check</HealthCheckId>${alias('true')}`)).toMatchObject({
      healthCheckId: 'check',
      alias: { zoneId: 'Z1', name: 'any.shop.test', evaluateTargetHealth: true },
    });
    expect(read(alias('false'))).toMatchObject({ alias: { evaluateTargetHealth: false } });
  });

  test.each([
    ['<Failover>SECONDARY</Failover>', { kind: 'failover', role: 'SECONDARY' }],
    ['<Region>sa-east-1</Region>', { kind: 'latency', region: 'sa-east-1' }],
    ['<Weight>0</Weight>', { kind: 'weighted', weight: 0 }],
    ['<MultiValueAnswer>true</MultiValueAnswer>', { kind: 'multivalue' }],
    [
      '<GeoLocation><ContinentCode>SA</ContinentCode></GeoLocation>',
      { kind: 'geolocation', of: { kind: 'continent', continent: 'SA' } },
    ],
    [
      '<GeoLocation><CountryCode>BR</CountryCode></GeoLocation>',
      { kind: 'geolocation', of: { kind: 'country', country: 'BR' } },
    ],
    [
      '<GeoLocation><CountryCode>US</CountryCode><SubdivisionCode>NY</SubdivisionCode></GeoLocation>',
      { kind: 'geolocation', of: { kind: 'subdivision', country: 'US', subdivision: 'NY' } },
    ],
    ['<GeoLocation><CountryCode>*</CountryCode></GeoLocation>', { kind: 'geolocation', of: { kind: 'default' } }],
  ])('is chosen as %s says', (policy, routing) => {
    expect(read(`<SetIdentifier>one</SetIdentifier>${policy}`)).toMatchObject({ setIdentifier: 'one', routing });
  });
});

describe('a health check', () => {
  const read = (config: string) =>
    toHealthCheck(readXml(`<HealthCheck><Id>one</Id><HealthCheckConfig>${config}</HealthCheckConfig></HealthCheck>`));

  test('of an endpoint has the interval and the threshold of its definition, or those of Route 53', () => {
    const named = '<Type>HTTPS</Type><FullyQualifiedDomainName>sa.shop.test</FullyQualifiedDomainName>';

    expect(
      read(
        `${named}<ResourcePath>/health</ResourcePath><RequestInterval>10</RequestInterval><FailureThreshold>2</FailureThreshold>`,
      ),
    ).toEqual({
      id: 'one',
      isInverted: false,
      isDisabled: false,
      kind: 'endpoint',
      host: 'sa.shop.test',
      port: 443,
      path: '/health',
      intervalSeconds: 10,
      failureThreshold: 2,
    });
    expect(read(named)).toMatchObject({ path: '/', intervalSeconds: 30, failureThreshold: 3 });
  });

  test('of an address that looks for a text has both', () => {
    expect(
      read('<Type>HTTP_STR_MATCH</Type><IPAddress>192.0.2.1</IPAddress><SearchString>in-service</SearchString>'),
    ).toMatchObject({ host: '192.0.2.1', address: '192.0.2.1', port: 80, searchString: 'in-service' });
  });

  test('of an alarm keeps what is known when data are insufficient, unless it says otherwise', () => {
    const alarm =
      '<Type>CLOUDWATCH_METRIC</Type><AlarmIdentifier><Name>beat</Name><Region>sa-east-1</Region></AlarmIdentifier>';
    const status = '<InsufficientDataHealthStatus>Unhealthy</InsufficientDataHealthStatus>';

    expect(read(alarm)).toMatchObject({
      kind: 'alarm',
      alarm: { name: 'beat', region: 'sa-east-1' },
      onInsufficientData: 'LastKnownStatus',
    });
    expect(read(`${alarm}${status}`)).toMatchObject({ onInsufficientData: 'Unhealthy' });
  });

  test('of others has them, and how many must be healthy', () => {
    const children = ['one', 'two'].map((id) => `<ChildHealthCheck>${id}</ChildHealthCheck>`).join('');

    expect(
      read(
        `<Type>CALCULATED</Type><Inverted>true</Inverted><HealthThreshold>2</HealthThreshold><ChildHealthChecks>${children}</ChildHealthChecks>`,
      ),
    ).toMatchObject({ kind: 'calculated', children: ['one', 'two'], threshold: 2, isInverted: true });
  });

  test('of a kind that is not played is not watched', () => {
    expect(read('<Type>TCP</Type><Disabled>true</Disabled>')).toMatchObject({
      kind: 'unwatched',
      type: 'TCP',
      isDisabled: true,
    });
  });
});

describe('what is deployed', () => {
  let server: Server;
  let endpoint: string;
  const asked: string[] = [];
  const list = (name: string, inner: string) => `<${name}><IsTruncated>false</IsTruncated>${inner}</${name}>`;
  const set = (name: string) =>
    `<ResourceRecordSets><ResourceRecordSet><Name>${name}</Name><Type>A</Type></ResourceRecordSet></ResourceRecordSets>`;
  const answers: Record<string, string> = {
    '/hostedzone': list(
      'R',
      '<HostedZones><HostedZone><Id>/hostedzone/Z1</Id><Name>shop.test.</Name></HostedZone></HostedZones>',
    ),
    '/hostedzone/Z1/rrset': `<R><IsTruncated>true</IsTruncated><NextRecordName>b.</NextRecordName><NextRecordType>A</NextRecordType>${set('a.')}</R>`,
    '/hostedzone/Z1/rrset?name=b.&type=A': list('R', set('b.')),
    '/healthcheck': list(
      'R',
      '<HealthChecks><HealthCheck><Id>one</Id><HealthCheckConfig><Type>TCP</Type></HealthCheckConfig></HealthCheck></HealthChecks>',
    ),
  };

  beforeAll(async () => {
    server = createServer(({ url = '', headers }, response) => {
      asked.push(headers.authorization ?? '');
      const answer = answers[url.replace('/2013-04-01', '')];
      response.writeHead(answer === undefined ? 404 : 200).end(answer ?? '<ErrorResponse/>');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterAll(async () => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  });

  test('is read page by page, in the name of a region', async () => {
    expect(await readDeployedDns({ endpoint, region: 'sa-east-1' })).toMatchObject({
      zones: [{ id: 'Z1', name: 'shop.test', recordSets: [{ name: 'a' }, { name: 'b' }] }],
      healthChecks: [{ id: 'one' }],
    });
    expect(asked[0]).toContain('/sa-east-1/route53/');
  });

  test('is not known when Route 53 refuses', async () => {
    await expect(readDeployedDns({ endpoint: `${endpoint}/elsewhere`, region: 'sa-east-1' })).rejects.toThrow(
      Route53ApiError,
    );
  });
});
