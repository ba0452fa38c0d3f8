import type { APIGatewayProxyEvent } from 'aws-lambda';

/** What a route reads of API Gateway's event (proxy integration, payload 1.0). */
export interface ApiEvent
  extends Pick<
    APIGatewayProxyEvent,
    'httpMethod' | 'resource' | 'headers' | 'pathParameters' | 'queryStringParameters' | 'body' | 'isBase64Encoded'
  > {
  readonly requestContext: Pick<APIGatewayProxyEvent['requestContext'], 'requestId' | 'authorizer'> & {
    /** Where the request came from, as the gateway saw it; nothing for one that a function made up. */
    readonly identity?: Partial<Pick<APIGatewayProxyEvent['requestContext']['identity'], 'sourceIp' | 'userAgent'>>;
    /** When the gateway received the request, in epoch milliseconds. */
    readonly requestTimeEpoch?: number;
  };
}
