import type { ForwardedRequest } from '../../lambdas/shared/forwarded-request.contract';
import { LambdaHomeRegions } from '../../lambdas/shared/lambda-home-regions.adapter';
import { ensureCloud } from '../../local/cloud';
import { clientConfig } from '../../local/deployment/aws-clients';

const orderId = '7c1b4bb5-7f0c-5d0f-9b7e-2f7f6f0f6b11';
const request: ForwardedRequest = {
  forwardedFrom: 'eu-west-1',
  httpMethod: 'POST',
  resource: '/v1/orders/{orderId}/cancel',
  headers: {},
  pathParameters: { orderId },
  queryStringParameters: null,
  body: null,
  isBase64Encoded: false,
  requestContext: { requestId: 'request-1', authorizer: { clientId: 'store-front' } },
};

describe('a request that is forwarded to the region of an order', () => {
  const start = async () => {
    const cloud = await ensureCloud();
    // As patient as a machine needs that starts the function first.
    const homes = new LambdaHomeRegions({
      ...{ functionName: 'tenfold-local-cancel-order:live', client: clientConfig(cloud), boundMilliseconds: 30_000 },
    });
    return { homes, region: cloud.region };
  };

  it('is answered by the function that is deployed there', async () => {
    const { homes, region } = await start();

    const { statusCode, body } = await homes.forward(region, request);

    expect([statusCode, JSON.parse(body)]).toMatchObject([404, { type: 'urn:tenfold:problem:not-found' }]);
  });

  it('is answered by nobody where no such function is deployed', async () => {
    const { homes } = await start();

    await expect(homes.forward('ap-south-1', request)).rejects.toMatchObject({
      name: 'HomeUnreachableError',
      homeRegion: 'ap-south-1',
    });
  });
});
