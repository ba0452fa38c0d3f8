import type * as z from 'zod/mini';
import type { AccessDeclaration, CustomerSubject } from './access-declaration';
import { type AccessOutcome, type AccessRecord, type RecordClass, recordIdOf } from './access-record.contract';
import type { ApiContract, ApiRequest } from './api-contract';
import type { ApiEvent } from './api-event';
import { UndeclaredAccessError } from './audit.errors';
import type { AuditTrail } from './audit-trail.port';
import type { Clock } from './clock.port';
import { sensitiveFieldsOf } from './sensitive';
import type { SubjectTokens } from './subject-tokens';

/** Where a route's accesses are recorded. */
export interface AccessRecording {
  readonly trail: AuditTrail;
  /** Tells the time of a request that no gateway has stamped. */
  readonly clock: Clock;
  /** The region that receives the requests. */
  readonly region: string;
  /** What customers are called. @default none: no subject of the route is a customer */
  readonly tokenOf?: SubjectTokens;
  /** Whether other regions hand requests to this route, which they have recorded. @default false */
  readonly isForwardedTo?: boolean;
}

/** An access whose record is being written ahead. */
export interface BegunAccess {
  /**
   * Resolves once the record cannot be lost: what changes something waits for it.
   * @throws AuditUnavailableError nobody took the record
   */
  readonly taken: Promise<void>;
  /**
   * Resolves once the record says how it ended, and cannot be lost.
   * @throws AuditUnavailableError nobody took the record: nothing of the answer may leave
   */
  end(status: number): Promise<void>;
}

type Request = ApiRequest<unknown, unknown, unknown, unknown>;

const maximumUserAgent = 256;

/** Refusals are kept as long as claims about them can be made; who asks for what is not there may be guessing. */
const classOf = (outcome: AccessOutcome): RecordClass =>
  outcome === 'denied' || outcome === 'not-found' ? 'security' : 'access';

/** What became of an access, by the status that it was answered with. */
export const outcomeOf = (status: number): AccessOutcome => {
  if (status < 400) return 'granted';
  if (status === 401 || status === 403) return 'denied';
  return status === 404 || status === 410 ? 'not-found' : 'failed';
};

const textOf = (value: unknown, otherwise: string): string =>
  typeof value === 'string' && value !== '' ? value : otherwise;

/**
 * Records the accesses of a route; nothing when its contract declares none. A request that another region has received was recorded there.
 * @throws UndeclaredAccessError the contract has sensitive fields and no declaration, or a declaration and nowhere to record
 */
export const accessRecorder = <Body, Path, Headers, Query, Success extends z.core.$ZodType>(
  contract: ApiContract<Body, Path, Headers, Query, Success>,
  recording: AccessRecording | undefined,
): ((event: ApiEvent, request: ApiRequest<Body, Path, Headers, Query>) => BegunAccess | undefined) => {
  const { body, path, headers, query, success, audit } = contract;
  const schemas = [body, path, headers, query, success].filter((part) => part !== undefined) as z.core.$ZodType[];
  const fields = [...new Set(schemas.flatMap(sensitiveFieldsOf).map((field) => field.path))];
  if (audit === undefined) {
    if (fields.length === 0) return () => undefined;
    throw new UndeclaredAccessError(
      `fields ${fields.join(', ')} are sensitive, expected the contract to declare "audit"`,
    );
  }
  if (recording === undefined) {
    throw new UndeclaredAccessError(`"${audit.action}" is declared, expected the route to be given a trail`);
  }
  const { trail, isForwardedTo = false } = recording;
  return (event, request) => {
    if (isForwardedTo && 'forwardedFrom' in event) return undefined;
    const first = firstRevision(audit, fields, event, request, recording);
    const taken = first.then((record) => trail.record(record));
    // Its failure is met by `end`; until then it must not end the process.
    taken.catch(() => undefined);
    return {
      taken,
      end: async (status) => {
        await taken;
        const outcome = outcomeOf(status);
        if (outcome !== 'granted')
          await trail.record({ ...(await first), revision: 2, class: classOf(outcome), outcome });
      },
    };
  };
};

const subjectText = async (subject: string | CustomerSubject, tokenOf: SubjectTokens | undefined): Promise<string> => {
  if (typeof subject === 'string') return subject;
  if (tokenOf === undefined)
    throw new UndeclaredAccessError('a subject is a customer, expected the route to be given "tokenOf"');
  return `customer/${await tokenOf(subject.customerId)}`;
};

const firstRevision = async <R extends Request>(
  { action, purpose, subject }: AccessDeclaration<R>,
  fields: readonly string[],
  { requestContext: { identity, requestTimeEpoch } }: ApiEvent,
  request: R,
  { clock, region, tokenOf }: AccessRecording,
): Promise<AccessRecord> => ({
  recordId: recordIdOf(request.requestId, action),
  revision: 1,
  class: 'access',
  actor: { id: textOf(request.caller['clientId'], 'unknown'), role: textOf(request.caller['role'], 'client') },
  action,
  fields: [...fields],
  purpose,
  // Not CloudFront-Viewer-Address: no distribution stands before this API, so anybody could send that header.
  sourceIp: identity?.sourceIp ?? '',
  userAgent: (identity?.userAgent ?? '').toWellFormed().slice(0, maximumUserAgent).toWellFormed(),
  requestId: request.requestId,
  correlationId: request.correlationId,
  time: (requestTimeEpoch === undefined ? clock.now() : new Date(requestTimeEpoch)).toISOString(),
  outcome: 'granted',
  region,
  subject: await subjectText(subject(request), tokenOf),
});
