import type * as z from 'zod/mini';

/** One thing wrong with an input, in words that say what would be right. */
export interface FieldIssue {
  /** Path in the notation of the input, for example `lines[0].sku`; empty for the input as a whole. */
  readonly field: string;
  readonly expected: string;
}

type Issue = z.core.$ZodIssue;

const pathOf = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return text === '' ? String(key) : `${text}.${String(key)}`;
  }, '');

const bound = (
  issue: { origin: string; inclusive?: boolean; exact?: boolean },
  word: string,
  limit: unknown,
): string => {
  const unit = { string: ' characters', array: ' items', set: ' items', file: ' bytes' }[issue.origin] ?? '';
  if (issue.exact) return `exactly ${String(limit)}${unit}`;
  return `${issue.inclusive === false ? `${word === 'at least' ? 'more' : 'less'} than` : word} ${String(limit)}${unit}`;
};

const formatText = (issue: z.core.$ZodIssueInvalidStringFormat): string =>
  issue.format === 'regex' && issue.pattern ? `text that matches ${issue.pattern}` : `a valid ${issue.format}`;

const expectedOf = (issue: Issue): string => {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected === 'nonoptional' ? 'a value' : String(issue.expected);
    case 'too_small':
      return bound(issue, 'at least', issue.minimum);
    case 'too_big':
      return bound(issue, 'at most', issue.maximum);
    case 'invalid_format':
      return formatText(issue);
    case 'not_multiple_of':
      return `a multiple of ${issue.divisor}`;
    case 'invalid_value':
      return `one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
    case 'unrecognized_keys':
      return 'no such field';
    case 'invalid_key':
      return 'a valid key';
    case 'invalid_union':
      return 'one of the allowed forms';
    default:
      return issue.message;
  }
};

/** A value of the wrong type is not also too long or too short, though zod checks on. */
const isMoot = (issue: Issue, before: readonly Issue[]): boolean =>
  before.some(({ code, path }) => code === 'invalid_type' && pathOf(path) === pathOf(issue.path));

/** Says of every issue of a failed parse where it is and what was expected; zod/mini ships without texts of its own. */
export const fieldIssues = (error: z.core.$ZodError, root: readonly PropertyKey[] = []): FieldIssue[] =>
  error.issues.flatMap((issue, index, issues) => {
    if (isMoot(issue, issues.slice(0, index))) return [];
    const expected = expectedOf(issue);
    const keys = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [key]) : [[]];
    return keys.map((key) => ({ field: pathOf([...root, ...issue.path, ...key]), expected }));
  });
