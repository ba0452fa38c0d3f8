import type { ApiEvent } from '../../../lambdas/shared/api-event';
import { forwardHome, readForwardable } from '../../../lambdas/shared/forward-home';
import type { ForwardedAnswer, ForwardedRequest } from '../../../lambdas/shared/forwarded-request.contract';
import { HomeUnreachableError } from '../../../lambdas/shared/home-regions.errors';
import { LambdaHomeRegions } from '../../../lambdas/shared/lambda-home-regions.adapter';
import { type FakeAnswer, FakeService } from './fake-service';
import { recordingLog } from './messages';

const event = (): ApiEvent => ({
  httpMethod: 'POST',
  resource: '/v1/orders/{orderId}/cancel',
  headers: { Authorization: 'Bearer secret', 'X-Correlation-Id': 'conversation-7' },
  pathParameters: { orderId: 'o-1' },
  queryStringParameters: null,
  body: null,
  isBase64Encoded: false,
  requestContext: { requestId: 'request-1', authorizer: { clientId: 'store-front' } },
});
const answered: ForwardedAnswer = { statusCode: 202, headers: { 'x-correlation-id': 'conversation-7' }, body: '{}' };
const unreachable = () => Promise.reject(new HomeUnreachableError('us-east-1', 'TimeoutError'));

const start = (forward: () => Promise<ForwardedAnswer> = async () => answered) => {
  const sent: { readonly homeRegion: string; readonly request: ForwardedRequest }[] = [];
  const homes = {
    forward: (homeRegion: string, request: ForwardedRequest) => {
      sent.push({ homeRegion, request });
      return forward();
    },
  };
  const log = recordingLog();
  return { sent, log, elsewhere: forwardHome({ homes, region: 'sa-east-1', log }) };
};

describe('a request about an entity of another region', () => {
  it('is sent there with all that a route reads, and without the token', async () => {
    const { sent, elsewhere } = start();

    expect(await elsewhere('us-east-1', event())).toEqual(answered);

    expect(sent).toEqual([
      {
        homeRegion: 'us-east-1',
        request: { ...event(), headers: { 'X-Correlation-Id': 'conversation-7' }, forwardedFrom: 'sa-east-1' },
      },
    ]);
  });

  it('is read by the home as the request it was', async () => {
    const { sent, elsewhere } = start();
    await elsewhere('us-east-1', event());

    const received = readForwardable(JSON.parse(JSON.stringify(sent[0]?.request)));

    expect(received).toMatchObject({ ...event(), headers: { 'X-Correlation-Id': 'conversation-7' } });
  });

  it('is never sent on by a region that it was sent to', async () => {
    const { sent, elsewhere } = start();
    const forwarded = { ...event(), forwardedFrom: 'eu-west-1' };

    expect(await elsewhere('us-east-1', forwarded)).toBeUndefined();
    expect(sent).toEqual([]);
  });

  it('has no answer while the home does not give one, and operators hear of it', async () => {
    const { elsewhere, log } = start(unreachable);

    expect(await elsewhere('us-east-1', event())).toBeUndefined();
    expect(log.lines).toMatchObject([{ level: 'warn', details: { homeRegion: 'us-east-1', requestId: 'request-1' } }]);
  });

  it.each([
    ['from nowhere', { forwardedFrom: '' }],
    ['without a caller', { forwardedFrom: 'sa-east-1', requestContext: { requestId: 'request-1' } }],
    ['without a method', { forwardedFrom: 'sa-east-1', httpMethod: undefined }],
  ])('is refused when it does not fit: %s', (_name, changes) => {
    const forwarded = JSON.parse(JSON.stringify({ ...event(), ...changes }));

    expect(() => readForwardable(forwarded)).toThrow();
  });

  it('is left as it is when it comes from a client', () => {
    const own = event();

    expect(readForwardable(own)).toBe(own);
  });
});

describe('LambdaHomeRegions', () => {
  let service: FakeService | undefined;
  afterEach(() => service?.stop());

  const homesAnswering = async (answer: (body: string) => FakeAnswer | undefined, boundMilliseconds?: number) => {
    service = await FakeService.start(answer);
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const client = { endpoint: service.endpoint, credentials };
    const homes = new LambdaHomeRegions({
      functionName: 'cancel:live',
      client,
      ...(boundMilliseconds && { boundMilliseconds }),
    });
    const request = { ...event(), forwardedFrom: 'sa-east-1' } as ForwardedRequest;
    return { service, request, forward: () => homes.forward('us-east-1', request) };
  };

  it('invokes the function with the request, and answers what it answers', async () => {
    const {
      forward,
      request,
      service: lambda,
    } = await homesAnswering(() => ({
      status: 200,
      body: JSON.stringify(answered),
    }));

    expect(await forward()).toEqual(answered);

    expect(lambda.requests.map((body) => JSON.parse(body))).toEqual([request]);
  });

  it('asks a second time when the first try fails, and no third', async () => {
    let tries = 0;
    const { forward, service: lambda } = await homesAnswering(() => {
      tries += 1;
      return tries === 1 ? { status: 500, body: '{}' } : { status: 200, body: JSON.stringify(answered) };
    });

    expect(await forward()).toEqual(answered);
    expect(lambda.requests).toHaveLength(2);
  });

  it('gives up within its bound when nobody answers', async () => {
    const bound = 400;
    const { forward, service: lambda } = await homesAnswering(() => undefined, bound);
    const begun = performance.now();

    const given = forward();

    await expect(given).rejects.toThrow(HomeUnreachableError);
    await expect(given).rejects.toMatchObject({ homeRegion: 'us-east-1' });
    // The rest is what a busy machine needs to notice.
    expect(performance.now() - begun).toBeLessThan(bound + 600);
    expect(lambda.requests.length).toBeLessThanOrEqual(2);
  });

  it.each([
    ['is no answer of a route', { status: 200, body: '{"statusCode":"202"}' }],
    ['is not JSON', { status: 200, body: '<html>' }],
    ['is empty', { status: 200, body: '' }],
    [
      'is that its function has failed',
      { status: 200, body: '{"errorMessage":"x"}', headers: { 'x-amz-function-error': 'Unhandled' } },
    ],
    ['says that there is no such function', { status: 404, body: '{"message":"Function not found"}' }],
  ])('takes the home as unreachable when what it says %s', async (_name, answer) => {
    const { forward } = await homesAnswering(() => answer);

    await expect(forward()).rejects.toThrow(HomeUnreachableError);
  });
});
