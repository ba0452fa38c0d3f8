import type { Mutation } from '../harness/mutation';

/** What each sabotage takes out of the source. */
export const sagaMutations = {
  compensation: [
    {
      file: 'lambdas/inventory/stock-release.ts',
      find: `    case 'HELD':
      return { kind: 'release', reservation: { status: 'RELEASED', lines: stored.lines, releasedAt } };
`,
      replacement: `    case 'HELD':
`,
    },
  ],
  tombstone: [
    {
      file: 'lambdas/inventory/stock-release.ts',
      find: "return { kind: 'entomb', reservation: { status: 'RELEASED', lines: [], releasedAt } };",
      replacement: "return { kind: 'nothing-held' };",
    },
  ],
  idempotentStep: [
    {
      file: 'lambdas/shipping/shipment-keys.ts',
      find: "deterministicId('shipping', orderId, 'parcel')",
      replacement: "deterministicId('shipping', orderId, 'parcel', String(Math.random()))",
    },
  ],
} as const satisfies Record<string, readonly Mutation[]>;
