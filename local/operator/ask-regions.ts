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

/** A region that has not answered. */
export interface DarkRegion {
  readonly region: string;
  /** For people. */
  readonly reason: string;
  readonly error: unknown;
}

/** What regions have said, in their order, and which of them have said nothing. */
export interface AskedRegions<Answer> {
  readonly answers: readonly Answer[];
  readonly dark: readonly DarkRegion[];
}

/** Asks regions side by side, waits for all of them, and does without those that are dark. What one refuses is thrown. */
export const askThoseThatAnswer = async <Asked extends { readonly region: string }, Answer>(
  regions: readonly Asked[],
  ask: (one: Asked) => Promise<Answer>,
): Promise<AskedRegions<Answer>> => {
  const answers: Answer[] = [];
  const dark: DarkRegion[] = [];
  for (const [at, end] of (await Promise.allSettled(regions.map(ask))).entries()) {
    if (end.status === 'fulfilled') answers.push(end.value);
    else if (isSilence(end.reason))
      dark.push({ region: regions[at]?.region ?? '', reason: textOf(end.reason), error: end.reason });
    else throw end.reason;
  }
  return { answers, dark };
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
  const { answers, dark } = await askThoseThatAnswer(regions, ask);
  if (dark.length === 0) return answers;
  const others = regions.map(({ region }) => region).filter((name) => !dark.some(({ region }) => region === name));
  const said = dark.map(({ region, reason }) => `${region} does not answer (${reason})`);
  throw new RegionDarkError([...said, wayOut(others)].filter(Boolean).join('; '), { cause: dark[0]?.error });
};
