import { RegionDarkError } from './region.errors';

/** What the system calls a connection that does not come about, or that ends without an answer. */
const silences = [
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
];

/** Whether a region has not answered, or has said no more than that it cannot: what it refuses is an answer. */
const isSilence = (error: unknown): boolean => {
  const { name, code, $metadata } = Object(error) as {
    name?: unknown;
    code?: unknown;
    $metadata?: { httpStatusCode?: number };
  };
  return name === 'TimeoutError' || silences.some((known) => known === code) || ($metadata?.httpStatusCode ?? 0) >= 500;
};

const textOf = (error: unknown): string => {
  const { name, message, code } = Object(error) as { name?: string; message?: string; code?: string };
  // Of an address with two numbers, each of which refuses, the message is empty.
  return message || code || name || String(error);
};

/**
 * Asks regions side by side, and waits for all of them.
 * @param wayOut what can be done while some are dark, by those that are not
 * @throws RegionDarkError naming each region that does not answer, and why
 */
export const askRegions = async <Asked extends { readonly region: string }, Answer>(
  regions: readonly Asked[],
  ask: (one: Asked) => Promise<Answer>,
  wayOut: (others: readonly string[]) => string,
): Promise<readonly Answer[]> => {
  const answers: Answer[] = [];
  const dark: { readonly region: string; readonly error: unknown }[] = [];
  for (const [at, end] of (await Promise.allSettled(regions.map(ask))).entries()) {
    if (end.status === 'fulfilled') answers.push(end.value);
    else if (isSilence(end.reason)) dark.push({ region: regions[at]?.region ?? '', error: end.reason });
    else throw end.reason;
  }
  if (dark.length === 0) return answers;
  const others = regions.map(({ region }) => region).filter((name) => !dark.some(({ region }) => region === name));
  const said = dark.map(({ region, error }) => `${region} does not answer (${textOf(error)})`);
  throw new RegionDarkError([...said, wayOut(others)].filter(Boolean).join('; '), { cause: dark[0]?.error });
};
