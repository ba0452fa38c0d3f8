import type { Mutation } from '../harness/mutation';

/** Header by which a version that the drill has released says that it has answered. */
export const VERSION_HEADER = 'x-drill-version';

const route = 'lambdas/shared/api-route.ts';

/** Lets every answer of a version say which one it is. */
export const markedAs = (name: string): Mutation => ({
  file: route,
  find: "'x-correlation-id': correlationId, ...headers },",
  replacement: `'x-correlation-id': correlationId, '${VERSION_HEADER}': '${name}', ...headers },`,
});

/** What is wrong with the versions that must not be promoted. */
export const badVersions = {
  /** Five of a hundred requests fail, whatever they ask for; none of the first dozen of a process, so that the probes before it let it pass. */
  failing: [
    {
      file: route,
      find: '  return async (event: ApiEvent, invocation?: Invocation): Promise<APIGatewayProxyResult> => {\n',
      replacement:
        '  let asked = 0;\n  return async (event: ApiEvent, invocation?: Invocation): Promise<APIGatewayProxyResult> => {\n    asked += 1;\n',
    },
    {
      file: route,
      find: '      const request = {\n',
      replacement: "      if (asked % 20 === 13) throw new Error('a drill');\n      const request = {\n",
    },
  ],
  /** Every request takes a quarter of a second more: at least three times as long, however busy the machine. */
  slow: [
    {
      file: route,
      find: '      const request = {\n',
      replacement: '      await new Promise((resolve) => setTimeout(resolve, 250));\n      const request = {\n',
    },
  ],
  /** Every order is unknown to it: an answer in due form, which probes expect and customers do not. */
  refusing: [
    {
      file: 'lambdas/ordering/read-order-answer.ts',
      find: 'if (history === undefined) throw',
      replacement: 'if (history === undefined || history.order) throw',
    },
  ],
  /** Whoever asks for an order that is not there gets a failure: what few clients do. */
  rarePath: [
    {
      file: 'lambdas/ordering/read-order-answer.ts',
      find: "throw new NotFoundProblem('there is no such order of this client')",
      replacement: 'throw new TypeError(`a drill: ${NotFoundProblem.name} is not thrown`)',
    },
  ],
} as const satisfies Record<string, readonly Mutation[]>;

/** What takes the protections away. */
export const deployMutations = {
  judge: [
    {
      file: 'lambdas/release/canary-verdict.ts',
      find: "  if (harm.length > 0) return { verdict: 'roll-back', because: harm, ...found };\n",
      replacement: "  if (window > 0) return { verdict: 'promote', because: ['a drill'], ...found };\n",
    },
  ],
  exercise: [
    {
      file: 'lambdas/release/exercise-version.use-case.ts',
      find: 'if (faults.length > 0) throw',
      replacement: 'if (faults.length > asked.length) throw',
    },
  ],
  rewriteCondition: [
    {
      file: 'lambdas/shared/dynamodb-entity-forms.adapter.ts',
      find: '.map(([name, value]) => as(name, value))',
      replacement: '.map(([name, value]) => `(${as(name, value)} OR attribute_exists(pk))`)',
    },
  ],
} as const satisfies Record<string, readonly Mutation[]>;
