import type { Mutation } from '../harness/mutation';

/** What each sabotage takes out of the source. */
export const exactlyOnceMutations = {
  inbox: [
    {
      // Else the order's one credit would recognise the repeat, marker or not.
      file: 'lambdas/loyalty/credit-points.use-case.ts',
      find: 'const id = message.data.orderId;',
      replacement: 'const id = `${message.data.orderId}/${Math.random()}`;',
    },
    {
      file: 'lambdas/loyalty/credit-points.use-case.ts',
      find: 'message: { messageId: message.id, outcome: { points } },',
      replacement: '',
    },
  ],
  idempotencyKey: [
    {
      file: 'lambdas/payments/payment-keys.ts',
      find: "deterministicId('payments', orderId, 'charge')",
      replacement: "deterministicId('payments', orderId, 'charge', String(Math.random()))",
    },
  ],
  partialFailure: [
    {
      file: 'lambdas/shared/fifo-groups.ts',
      find: 'failures.push({ itemIdentifier: messageId });',
      replacement: 'void messageId;',
    },
  ],
} as const satisfies Record<string, readonly Mutation[]>;
