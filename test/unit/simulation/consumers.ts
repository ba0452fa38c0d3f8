import { DuplicateMessageError } from '../../../lambdas/shared/entity-store.errors';
import type { EntityStore } from '../../../lambdas/shared/entity-store.port';
import type { Delivered } from '../../../lambdas/shared/envelope';
import type { Effects } from './effects';
import type { SimulatedProcess } from './simulated-process';
import type { SimulatedProvider } from './simulated-provider';
import type { StepTaken } from './step-taken';

/** The consumer's own entity: how much was charged. */
export interface Account {
  readonly chargedMinor: number;
}

/** What a consumer of the simulation works with. */
export interface ConsumerDeps {
  readonly process: SimulatedProcess;
  readonly provider: SimulatedProvider;
  readonly accounts: EntityStore<Account>;
  readonly effects: Effects;
  /** Marks of messages, for the variant that keeps them apart from the effect. */
  readonly marks: Set<string>;
}

type Message = Delivered<StepTaken>;

/** Handles one message of the queue. */
export type Consumer = (deps: ConsumerDeps) => (message: Message) => Promise<void>;

const causeOf = ({ correlationid, id }: Message) => ({ correlationId: correlationid, causationId: id });

/** Charges and commits; the effect counts when the commit is true. `marked`: with the marker in the same transaction. */
const chargeAndCommit = async (deps: ConsumerDeps, message: Message, marked: boolean): Promise<void> => {
  const { process, provider, accounts, effects } = deps;
  const { id, data, sequence } = message;
  const basedOn = await accounts.find(data.entity);
  await process.stall('visibility expires before the provider is called');
  await process.pass('consumer crashes before it calls the provider');
  if (provider.kills(id)) await process.die();
  const outcome = await provider.charge(id);
  await process.pass('consumer crashes after the provider, before the commit');
  await process.stall('visibility expires before the commit');
  const state = { chargedMinor: (basedOn?.state.chargedMinor ?? 0) + data.amountMinor };
  const change = { id: data.entity, basedOn, state, events: [], cause: causeOf(message) };
  await accounts.commit({ ...change, ...(marked && { message: { messageId: id, outcome } }) });
  effects.record(data.entity, sequence);
  await process.pass('consumer crashes after the commit, before the reply');
};

/** As Tenfold's consumers: the marker is part of the transaction that makes the effect true. */
export const exactlyOnce: Consumer = (deps) => async (message) => {
  const { handled } = await deps.accounts.findFor(message.data.entity, message.id);
  if (!handled) {
    try {
      await chargeAndCommit(deps, message, true);
    } catch (error) {
      // Handled meanwhile by a process that was given up: its effect is the effect.
      if (!(error instanceof DuplicateMessageError)) throw error;
    }
  }
  await deps.process.pass('consumer crashes after the reply, before the delete');
};

/** Naive: trusts the queue to deliver once. */
export const withoutMarker: Consumer = (deps) => async (message) => {
  await chargeAndCommit(deps, message, false);
  await deps.process.pass('consumer crashes after the reply, before the delete');
};

/** Naive: marks the message after the effect, as idempotency wrappers around a handler do. */
export const markerAfterEffect: Consumer = (deps) => async (message) => {
  if (deps.marks.has(message.id)) return;
  await chargeAndCommit(deps, message, false);
  deps.marks.add(message.id);
  await deps.process.pass('consumer crashes after the reply, before the delete');
};
