import type { Mutation } from '../harness/mutation';

/** What each sabotage takes out of the source. */
export const orderingMutations = {
  position: [
    {
      file: 'lambdas/shared/ordered-delivery.ts',
      find: "if (sequence === last + 1) return { kind: 'apply' };",
      replacement: "if (sequence >= 1) return { kind: 'apply' };",
    },
  ],
  earlyRoom: [
    {
      file: 'lambdas/shared/ordered-delivery.ts',
      find: "if (sequence > last) return { kind: 'early', missing: last + 1 };",
      replacement: "if (sequence > last) return { kind: 'apply' };",
    },
  ],
  entityParking: [
    {
      // What cannot be handled is passed over, and its entity goes on.
      file: 'lambdas/shared/ordered-run.ts',
      find: 'if (halt === undefined) return;',
      replacement:
        'if (halt === undefined) return;\n    if (left.length > 0) return this.settleOrPark(now, left.slice(1), rules);',
    },
  ],
  stopAtFailure: [
    {
      file: 'lambdas/shared/ordered-consumer.ts',
      find: 'const itemIdentifier = first === undefined ? undefined : records[first]?.place.sequenceNumber;',
      replacement: 'const itemIdentifier = undefined;',
    },
  ],
  logReread: [
    {
      file: 'lambdas/shared/ordered-gaps.ts',
      find: 'source === undefined || lacking.size === 0',
      replacement: 'lacking.size >= 0',
    },
  ],
} as const satisfies Record<string, readonly Mutation[]>;
