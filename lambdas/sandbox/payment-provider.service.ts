import { apiRoute } from '../shared/api-route';
import { administrationRoutes } from './administration.service';
import { type Charge, decideCharge, decideVoid } from './charge';
import { chargeBody, declinedPaymentMethod } from './payment-provider.contract';
import { performEffect } from './perform-effect.use-case';
import { effectAnswer, effectHeaders, instructionBody, keyedPath } from './sandbox.contract';
import { type HttpHandler, type SandboxServiceDeps, sandboxService } from './sandbox.service';

/** A payment provider that speaks `contracts/openapi/payment-provider-v1.yaml`. */
export const paymentProviderService = (deps: SandboxServiceDeps<Charge>): HttpHandler => {
  const perform = performEffect(deps);
  return sandboxService(deps, [
    {
      method: 'POST',
      path: 'charges',
      handler: apiRoute(
        { headers: effectHeaders, body: chargeBody, success: effectAnswer },
        async ({ headers: { 'idempotency-key': key }, body }) =>
          perform({ operation: 'charge', idempotencyKey: key, key, body }, (held, asked) => {
            const { amountMinor, currency } = body;
            const declined = asked.declined || body.paymentMethod === declinedPaymentMethod;
            return decideCharge(held, { ...asked, amountMinor, currency, declined });
          }),
        { log: deps.log },
      ),
    },
    {
      method: 'POST',
      path: 'charges/{key}/void',
      handler: apiRoute(
        { headers: effectHeaders, path: keyedPath, body: instructionBody, success: effectAnswer },
        async ({ headers: { 'idempotency-key': idempotencyKey }, path: { key }, body }) =>
          perform({ operation: 'void', idempotencyKey, key, body }, decideVoid),
        { log: deps.log },
      ),
    },
    ...administrationRoutes(deps),
  ]);
};
