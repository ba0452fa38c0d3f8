import type { ParkedMessage, Parking } from './parking.port';

/** What an operator (or a schedule) sends to the function that parked a case. */
export interface RedriveRequest {
  readonly redriveCase: string;
}

/** What came of it. `stopped`: a message failed again; `unfinished`: time ran out, send the request again. */
export interface RedriveResult {
  readonly caseId: string;
  readonly outcome: 'closed' | 'stopped' | 'unfinished';
  /** Messages handled by this request. */
  readonly redriven: number;
  /** Why it stopped. */
  readonly reason?: string;
}

/** Whether an invocation is a request to re-drive and not a batch of records. */
export const isRedriveRequest = (event: unknown): event is RedriveRequest =>
  typeof event === 'object' && event !== null && 'redriveCase' in event && typeof event.redriveCase === 'string';

/**
 * Handles the messages of a case in order and closes it. Messages that arrive meanwhile are appended behind the ones that
 * wait; closing is refused while one waits, so none slips in between.
 */
export const redrive = async (
  parking: Parking,
  caseId: string,
  handle: (message: ParkedMessage) => Promise<void>,
  hasTime: () => boolean,
): Promise<RedriveResult> => {
  let redriven = 0;
  let refused = false;
  try {
    for (;;) {
      const messages = await parking.messages(caseId);
      if (messages.length === 0) {
        if (await parking.close(caseId, 'redriven')) return { caseId, outcome: 'closed', redriven };
        // Refused once, a message has slipped in. Refused again with none waiting, there is no such case.
        if (refused) return { caseId, outcome: 'stopped', redriven, reason: `no case ${caseId} is known here` };
      }
      refused = messages.length === 0;
      for (const message of messages) {
        if (!hasTime()) return { caseId, outcome: 'unfinished', redriven };
        await handle(message);
        await parking.done(caseId, message.number);
        redriven += 1;
      }
    }
  } catch (error) {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : 'something that is no Error was thrown';
    return { caseId, outcome: 'stopped', redriven, reason };
  }
};
