import * as z from 'zod/mini';
import { reference, sandboxEnv } from './sandbox.contract';

/** Environment of carrier. */
export const carrierEnv = z.object(sandboxEnv);
export type CarrierEnv = z.input<typeof carrierEnv>;

const text = (max: number) => z.string().check(z.minLength(1), z.maxLength(max));

/** Body of `POST /parcels`; see `contracts/openapi/carrier-v1.yaml`. The address is checked and forgotten. */
export const parcelBody = z.strictObject({
  reference,
  shipTo: z.strictObject({
    recipient: text(120),
    street: text(200),
    city: text(100),
    postalCode: text(16),
    country: z.string().check(z.regex(/^[A-Z]{2}$/)),
  }),
});
