import * as z from 'zod/mini';

const texts = z.record(z.string(), z.optional(z.string()));

/**
 * A request that another region has received and hands to the home of what it is about: API Gateway's event, reduced to what a
 * route reads, and where it comes from. The caller was authorized there; only a peer region's function may invoke with it.
 */
export const forwardedRequest = z.object({
  /** The region that received it. Its presence is what marks a forwarded request, which is never forwarded again. */
  forwardedFrom: z.string().check(z.regex(/^[a-z]{2}(-[a-z]+)+-\d$/)),
  httpMethod: z.string(),
  resource: z.string(),
  headers: texts,
  pathParameters: z.nullable(texts),
  queryStringParameters: z.nullable(texts),
  body: z.nullable(z.string()),
  isBase64Encoded: z.boolean(),
  requestContext: z.object({
    requestId: z.string().check(z.minLength(1)),
    /** What the authorizer found out about the caller. */
    authorizer: z.record(z.string(), z.unknown()),
  }),
});
/** A forwarded request that fits. */
export type ForwardedRequest = z.infer<typeof forwardedRequest>;

/** What the home answers: API Gateway's result, handed on as it is. */
export const forwardedAnswer = z.object({
  statusCode: z.int().check(z.minimum(200), z.maximum(599)),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
});
/** An answer that fits. */
export type ForwardedAnswer = z.infer<typeof forwardedAnswer>;
