import { scopeHeaders } from '../emulator-scope';
import { readXml, type XmlElement } from './read-xml';

/** Route 53 of an emulator, as one region's clients reach it. */
export interface Route53Place {
  readonly endpoint: string;
  readonly region: string;
  /** Ends what is under way. */
  readonly signal?: AbortSignal;
}

/** Route 53 refuses a request. */
export class Route53ApiError extends Error {
  override readonly name = 'Route53ApiError';
}

const LIMIT_MILLISECONDS = 5_000;

/**
 * Sends one request to Route 53's API. The SDK's client would be a dependency for three lists of XML.
 * @param path behind the version, with its query: `/hostedzone?marker=Z1`
 * @param body in XML; makes it a POST
 * @throws Route53ApiError the request is refused
 * @throws Error it is not answered within five seconds
 */
export const callRoute53 = async (
  { endpoint, region, signal }: Route53Place,
  path: string,
  body?: string,
): Promise<XmlElement> => {
  const limit = AbortSignal.timeout(LIMIT_MILLISECONDS);
  const response = await fetch(`${endpoint}/2013-04-01${path}`, {
    headers: { ...scopeHeaders(region, 'route53'), 'content-type': 'application/xml' },
    signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
    ...(body !== undefined && { method: 'POST', body }),
  });
  const text = await response.text();
  if (response.ok) return readXml(text);
  throw new Route53ApiError(`route 53 answers ${path} with ${response.status}: ${text}`);
};
