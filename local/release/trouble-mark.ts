import { createHash } from 'node:crypto';

/** By as many characters one trouble is told from another; two of a thousand are the same once in eight thousand stages. */
const length = 8;

/** What a trouble of a region is known by in a train's log, which has room for hundreds of marks, and not for so many names. */
export const troubleMark = (region: string, name: string): string =>
  createHash('sha256').update(`${region}/${name}`).digest('hex').slice(0, length);
