import * as z from 'zod/mini';
import { apiRoute } from '../shared/api-route';
import { faultBody, faultsAnswer, ledgerAnswer, ledgerQuery } from './sandbox.contract';
import type { HttpRoute, SandboxServiceDeps } from './sandbox.service';

/** What a real provider would not show: its ledger, and switches for its faults. */
export const administrationRoutes = ({
  ledger,
  faults,
  log,
}: Pick<SandboxServiceDeps<unknown>, 'ledger' | 'faults' | 'log'>): readonly HttpRoute[] => {
  const listed = async () => ({ status: 200, body: { faults: [...(await faults.list())] } });
  return [
    {
      method: 'GET',
      path: 'ledger',
      handler: apiRoute(
        { query: ledgerQuery, success: ledgerAnswer },
        async ({ query }) => {
          const { entries, ...more } = await ledger.page(query);
          return { status: 200, body: { entries: [...entries], ...more } };
        },
        { log },
      ),
    },
    { method: 'GET', path: 'faults', handler: apiRoute({ success: faultsAnswer }, listed, { log }) },
    {
      method: 'PUT',
      path: 'faults',
      handler: apiRoute(
        { body: faultBody, success: faultsAnswer },
        async ({ body }) => {
          // A service that is down is down for every operation.
          await faults.put(body.mode === 'down' ? { ...body, operation: '*' } : body);
          return listed();
        },
        { log },
      ),
    },
    {
      method: 'DELETE',
      path: 'faults',
      handler: apiRoute(
        { success: z.object({ faults: z.array(z.never()) }) },
        async () => {
          await faults.clear();
          return { status: 200, body: { faults: [] } };
        },
        { log },
      ),
    },
  ];
};
