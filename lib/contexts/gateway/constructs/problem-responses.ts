import { ResponseType, type RestApi } from 'aws-cdk-lib/aws-apigateway';

interface ProblemResponse {
  readonly id: string;
  readonly type: ResponseType;
  /** Absent: the gateway's own, for types that stand for several. */
  readonly status?: number;
  readonly title: string;
  /** A template fragment: a JSON string, or one of API Gateway's variables that expand to one. */
  readonly detail: string;
}

const says = (text: string) => JSON.stringify(text);

const responses: readonly ProblemResponse[] = [
  {
    id: 'BadParameters',
    type: ResponseType.BAD_REQUEST_PARAMETERS,
    status: 400,
    title: 'A required parameter is missing',
    detail: '$context.error.messageString',
  },
  {
    id: 'Unauthorized',
    type: ResponseType.UNAUTHORIZED,
    status: 401,
    title: 'A valid access token is required',
    detail: says('Send an Authorization header with a bearer token from the token endpoint.'),
  },
  {
    id: 'AuthorizerFailure',
    type: ResponseType.AUTHORIZER_FAILURE,
    status: 503,
    title: 'The token could not be checked',
    detail: says('Try again.'),
  },
  {
    id: 'Forbidden',
    type: ResponseType.ACCESS_DENIED,
    status: 403,
    title: 'The token does not permit this operation',
    detail: says('Ask for a token with the scope that the operation needs.'),
  },
  {
    id: 'NoSuchRoute',
    type: ResponseType.MISSING_AUTHENTICATION_TOKEN,
    status: 404,
    title: 'There is no such operation',
    detail: says('Check the path and the method.'),
  },
  {
    id: 'Throttled',
    type: ResponseType.THROTTLED,
    status: 429,
    title: 'Too many requests',
    detail: says('Wait and try again.'),
  },
  {
    id: 'TooLarge',
    type: ResponseType.REQUEST_TOO_LARGE,
    status: 413,
    title: 'The request body is too large',
    detail: says('Send at most 64 KiB.'),
  },
  {
    id: 'MediaType',
    type: ResponseType.UNSUPPORTED_MEDIA_TYPE,
    status: 415,
    title: 'The content type is not supported',
    detail: says('Send application/json.'),
  },
  {
    id: 'Failure',
    type: ResponseType.INTEGRATION_FAILURE,
    status: 502,
    title: 'The operation failed',
    detail: says('Try again with the same Idempotency-Key.'),
  },
  {
    id: 'Timeout',
    type: ResponseType.INTEGRATION_TIMEOUT,
    status: 504,
    title: 'The operation took too long',
    detail: says('Try again with the same Idempotency-Key.'),
  },
  {
    id: 'AuthorizerMisconfigured',
    type: ResponseType.AUTHORIZER_CONFIGURATION_ERROR,
    status: 503,
    title: 'The token could not be checked',
    detail: says('Try again later.'),
  },
  {
    // A bearer token on a route that does not exist: the gateway takes it for a broken AWS signature.
    id: 'InvalidSignature',
    type: ResponseType.INVALID_SIGNATURE,
    status: 404,
    title: 'There is no such operation',
    detail: says('Check the path and the method.'),
  },
  // Whatever is not named above.
  {
    id: 'OtherRefusal',
    type: ResponseType.DEFAULT_4XX,
    title: 'The request was refused',
    detail: '$context.error.messageString',
  },
  {
    id: 'OtherFailure',
    type: ResponseType.DEFAULT_5XX,
    title: 'The request could not be handled',
    detail: says('Try again with the same Idempotency-Key.'),
  },
];

/** What the gateway answers by itself, as problem details (RFC 9457) with the request's id, like every other error. */
export const addProblemResponses = (api: RestApi): void => {
  for (const { id, type, status, title, detail } of responses) {
    api.addGatewayResponse(id, {
      type,
      ...(status !== undefined && { statusCode: String(status) }),
      responseHeaders: { 'Content-Type': "'application/problem+json'", 'X-Request-Id': 'context.requestId' },
      templates: {
        'application/json': `{"type":"about:blank","title":${says(title)},${status === undefined ? '' : `"status":${status},`}"detail":${detail},"instance":"$context.requestId"}`,
      },
    });
  }
};
