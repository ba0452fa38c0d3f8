import type { Stored } from '../shared/entity-store.port';
import { type Order, sagaDataOf } from './order';
import type { OrderSagaData } from './order-saga.contract';

/** Where an execution enters the saga: at its first step, at its compensations, or at the pivot. */
export type SagaEntry = 'forward' | 'compensate' | 'confirm';

/** What an execution of the order saga is started with. */
export interface SagaInput {
  readonly entry: SagaEntry;
  readonly sagaId: string;
  readonly data: OrderSagaData;
  /** Why it compensates, for people; of no meaning to the other entries. */
  readonly reason?: string;
  /** Another region may have done any of the steps: whichever refuses, everything is undone. Only with `forward`. */
  readonly begunElsewhere?: true;
}

/** One execution to start: starting the same one twice is the same execution. */
export interface SagaStart {
  /** Execution name: the order's id, `<orderId>.c<n>` for the n-th one started from outside, or `<orderId>.u<n>` for the n-th that undoes a failed order. */
  readonly name: string;
  readonly input: SagaInput;
}

const numbered = /^(?<orderId>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:\.(?<kind>[cu])(?<number>[1-9]\d{0,3}))?$/;

/** Behind every number that an order can name. */
const undoingFrom = 10_000;

/**
 * Number of the first execution that undoes, for an order that has failed, what another region did for it. The order has ended and names none
 * of them, so they are numbered apart.
 */
export const firstUndoing = undoingFrom + 1;

/** Name of an order's n-th execution; number 0 is the one that its placing started. */
export const executionName = (orderId: string, number: number): string => {
  if (number === 0) return orderId;
  return number > undoingFrom ? `${orderId}.u${number - undoingFrom}` : `${orderId}.c${number}`;
};

/** The order and the number that an execution's name tells, or `undefined` when it is not a name of ours. */
export const parseExecutionName = (name: string): { readonly orderId: string; readonly number: number } | undefined => {
  const groups = numbered.exec(name)?.groups;
  return groups?.['orderId'] === undefined
    ? undefined
    : {
        orderId: groups['orderId'],
        number: Number(groups['number'] ?? 0) + (groups['kind'] === 'u' ? undoingFrom : 0),
      };
};

/** Whether an execution undoes what another region did for an order that has failed. */
export const isUndoing = (execution: string): boolean => (parseExecutionName(execution)?.number ?? 0) > undoingFrom;

/** The order's current execution by its number. */
export const currentExecutionNumber = (order: Order): number => parseExecutionName(order.execution)?.number ?? 0;

/** The start of the order's current execution at the given entry. */
export const sagaStartOf = (order: Order, entry: SagaEntry, reason = order.reason): SagaStart => ({
  name: order.execution,
  input: { entry, sagaId: order.orderId, data: sagaDataOf(order), ...(reason !== undefined && { reason }) },
});

/**
 * The start as the region has to make it that has the order. An order that was adopted may have got further in its old home than replication
 * has told: charged, or with a parcel booked. Its execution goes through all steps again, but when one refuses, those after it have to be
 * undone, too.
 */
export const startInHome = (saga: SagaStart, { adoptedFrom }: Pick<Stored<Order>, 'adoptedFrom'>): SagaStart =>
  adoptedFrom !== undefined && saga.input.entry === 'forward'
    ? { ...saga, input: { ...saga.input, begunElsewhere: true } }
    : saga;
