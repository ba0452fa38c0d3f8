/** One field of a request that was not as expected. */
export interface ProblemField {
  readonly field: string;
  /** What was sent, when it is short and not sensitive. */
  readonly value?: string | number | boolean | null;
  readonly expected: string;
}

/** What a problem tells beside its status. */
export interface ProblemExtras extends ErrorOptions {
  readonly errors?: readonly ProblemField[];
  readonly headers?: { readonly [name: string]: string };
}

/**
 * A refusal a client can understand and act on: thrown anywhere below an API route and answered as
 * `application/problem+json` (RFC 9457). The message is its `detail`, so it may be shown to the caller.
 */
export abstract class Problem extends Error {
  abstract readonly status: number;
  abstract readonly title: string;
  /** Last part of the problem's `type` URI. */
  abstract readonly slug: string;
  readonly errors: readonly ProblemField[];
  readonly headers: { readonly [name: string]: string };

  constructor(detail: string, { errors = [], headers = {}, cause }: ProblemExtras = {}) {
    super(detail, { cause });
    this.errors = errors;
    this.headers = headers;
  }
}

/** 400: the request is not what the contract describes. */
export class BadRequestProblem extends Problem {
  override readonly name = 'BadRequestProblem';
  readonly status = 400;
  readonly title = 'Bad request';
  readonly slug = 'bad-request';
}

/** 404: there is no such thing, or it is not the caller's. */
export class NotFoundProblem extends Problem {
  override readonly name = 'NotFoundProblem';
  readonly status = 404;
  readonly title = 'Not found';
  readonly slug = 'not-found';
}

/** 409: not in the state the request needs, or another request about it is in flight. */
export class ConflictProblem extends Problem {
  override readonly name = 'ConflictProblem';
  readonly status = 409;
  readonly title = 'Conflict';
  readonly slug = 'conflict';
}

/** 410: it was there, and is gone for good. */
export class GoneProblem extends Problem {
  override readonly name = 'GoneProblem';
  readonly status = 410;
  readonly title = 'Gone';
  readonly slug = 'gone';
}

/** 413: the body is larger than the route takes. */
export class TooLargeProblem extends Problem {
  override readonly name = 'TooLargeProblem';
  readonly status = 413;
  readonly title = 'Content too large';
  readonly slug = 'content-too-large';
}

/** 415: the body is not of a media type the route takes. */
export class UnsupportedMediaTypeProblem extends Problem {
  override readonly name = 'UnsupportedMediaTypeProblem';
  readonly status = 415;
  readonly title = 'Unsupported media type';
  readonly slug = 'unsupported-media-type';
}

/** 503: the region that was asked may not write now; another one, or this one a little later, may. */
export class RegionFencedProblem extends Problem {
  override readonly name = 'RegionFencedProblem';
  readonly status = 503;
  readonly title = 'Service unavailable';
  readonly slug = 'region-fenced';
}

/** 503: only the home region of the thing may change it, and it does not answer. */
export class HomeUnreachableProblem extends Problem {
  override readonly name = 'HomeUnreachableProblem';
  readonly status = 503;
  readonly title = 'Service unavailable';
  readonly slug = 'home-unreachable';
}

/** 503: the access could not be recorded, so it must not happen. */
export class AuditUnavailableProblem extends Problem {
  override readonly name = 'AuditUnavailableProblem';
  readonly status = 503;
  readonly title = 'Service unavailable';
  readonly slug = 'audit-unavailable';
}

/** 422: well formed, but it cannot be done as asked. */
export class UnprocessableProblem extends Problem {
  override readonly name = 'UnprocessableProblem';
  readonly status = 422;
  readonly title = 'Unprocessable content';
  readonly slug = 'unprocessable';
}

/** 429: more is asked for than can be taken at the moment; `Retry-After` says when to repeat. */
export class TooManyRequestsProblem extends Problem {
  override readonly name = 'TooManyRequestsProblem';
  readonly status = 429;
  readonly title = 'Too many requests';
  readonly slug = 'too-many-requests';
}

/** 503: what the operation needs does not answer at the moment. */
export class DependencyUnavailableProblem extends Problem {
  override readonly name = 'DependencyUnavailableProblem';
  readonly status = 503;
  readonly title = 'Service unavailable';
  readonly slug = 'dependency-unavailable';
}
