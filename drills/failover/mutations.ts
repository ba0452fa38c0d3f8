import type { Mutation } from '../harness/mutation';

/** How each of the drill's protections is taken out of the source. */
export const failoverMutations = {
  fence: [
    {
      file: 'lambdas/shared/recorded-region-gate.ts',
      find: "if (standing.kind !== 'active') throw new RegionFencedError(this.own.region, standing);",
      replacement: 'void [standing, RegionFencedError];',
    },
  ],
  originFilter: [
    {
      file: 'lambdas/shared/relay-outbox.use-case.ts',
      find: "typeof originRegion !== 'string' || originRegion === deps.region;",
      replacement: "originRegion !== '' || deps.region === '';",
    },
  ],
  deterministicIds: [
    {
      file: 'lambdas/ordering/place-order.contract.ts',
      find: 'deterministicId(clientId, idempotencyKey);',
      replacement: 'deterministicId(clientId, idempotencyKey, String(Math.random()));',
    },
  ],
  undoTwiceMade: [
    {
      file: 'lambdas/ordering/undo-failed-orders.use-case.ts',
      find: "if (state.status !== 'REJECTED' && state.status !== 'CANCELLED') return false;",
      replacement: 'if (state.orderId) return false;',
    },
  ],
  reconcileStock: [
    {
      file: 'lambdas/inventory/reconcile-reservations.use-case.ts',
      find: 'for (const move of overruled) if (await moves.takeBack(move)) returned += 1;',
      replacement: 'void overruled;',
    },
  ],
} satisfies Record<string, readonly Mutation[]>;
