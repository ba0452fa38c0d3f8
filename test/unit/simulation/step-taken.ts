import type { EventContract } from '../../../lambdas/shared/event-contract';

/** The event of the simulation. */
export interface StepTaken {
  readonly entity: string;
  readonly amountMinor: number;
}

/** Its contract. */
export const stepTakenV1: EventContract<StepTaken> = {
  type: 'simulation.StepTaken.v1',
  schemaVersionId: '3f1d0c52-0d52-5c58-8d4e-2f5a5b1f6a01',
  schema: {
    type: 'record',
    name: 'StepTaken',
    namespace: 'tenfold.simulation.v1',
    fields: [
      { name: 'entity', type: 'string' },
      { name: 'amountMinor', type: 'long' },
    ],
  },
};
