import * as z from 'zod/mini';

/** Path of the order's routes. */
export const orderPath = z.object({ orderId: z.uuid() });
