import { createHash } from 'node:crypto';
import { parse } from 'yaml';

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
};

/** Digest of a template, whether it is JSON or YAML and in whatever order its keys are. */
export const templateDigest = (template: string | object): string => {
  const value: unknown = typeof template === 'string' ? parse(template) : template;
  // CloudFormation gives a template back with a question mark for every character that is not ASCII.
  const text = JSON.stringify(sorted(value)).replaceAll(/[^\x20-\x7e]/gu, '?');
  return createHash('sha256').update(text).digest('hex');
};
