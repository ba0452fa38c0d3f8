import { apiRoute } from '../shared/api-route';
import { administrationRoutes } from './administration.service';
import { parcelBody } from './carrier.contract';
import { decideDispatch, decideParcel, decideRecall, type Parcel } from './parcel';
import { performEffect } from './perform-effect.use-case';
import { effectAnswer, effectHeaders, instructionBody, keyedPath } from './sandbox.contract';
import { type HttpHandler, type HttpRoute, type SandboxServiceDeps, sandboxService } from './sandbox.service';

/** A carrier that speaks `contracts/openapi/carrier-v1.yaml`. */
export const carrierService = (deps: SandboxServiceDeps<Parcel>): HttpHandler => {
  const perform = performEffect(deps);
  const instruction = (operation: 'recall' | 'dispatch', decide: typeof decideRecall): HttpRoute => ({
    method: 'POST',
    path: `parcels/{key}/${operation}`,
    handler: apiRoute(
      { headers: effectHeaders, path: keyedPath, body: instructionBody, success: effectAnswer },
      async ({ headers: { 'idempotency-key': idempotencyKey }, path: { key }, body }) =>
        perform({ operation, idempotencyKey, key, body }, decide),
      { log: deps.log },
    ),
  });
  return sandboxService(deps, [
    {
      method: 'POST',
      path: 'parcels',
      handler: apiRoute(
        { headers: effectHeaders, body: parcelBody, success: effectAnswer },
        async ({ headers: { 'idempotency-key': key }, body }) =>
          perform({ operation: 'parcel', idempotencyKey: key, key, body }, decideParcel),
        { log: deps.log },
      ),
    },
    instruction('recall', decideRecall),
    instruction('dispatch', decideDispatch),
    ...administrationRoutes(deps),
  ]);
};
