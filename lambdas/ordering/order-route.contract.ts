import * as z from 'zod/mini';

/** Path of one order's routes. */
export const orderPath = z.object({ orderId: z.uuid() });

/** What the gateway's authorizer tells of the caller. */
export const apiCaller = z.object({
  /** The machine client whose token it is; orders belong to it. */
  clientId: z.string().check(z.minLength(1)),
});
