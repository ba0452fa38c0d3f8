import type { AcceptedMessage } from './accepted-message';
import type { Delivered } from './envelope';
import { readEnvelope } from './envelope-reader';
import type { Log } from './log.port';
import { UnreadableMessageError } from './message.errors';
import { ForeignHomeError } from './region-gate.errors';

/** A message whose last attributes are yet to be set. */
type Completing = { -readonly [Key in keyof Delivered<unknown>]: Delivered<unknown>[Key] };

/** Reads message bodies of the accepted types and hands them to what handles them. */
export class MessageReader {
  private readonly accepted: ReadonlyMap<string, AcceptedMessage>;

  constructor(
    private readonly consumer: string,
    accepts: readonly AcceptedMessage[],
    private readonly log: Log,
  ) {
    this.accepted = new Map(accepts.map((one) => [one.type, one]));
  }

  /** @throws UnreadableMessageError | UnknownSchemaError */
  read(body: string, receiveCount: number): Delivered<unknown> {
    const envelope = readEnvelope(body);
    // The envelope was parsed a moment ago and is nobody else's: it becomes the message, no copy of it for each.
    const message = envelope as Completing;
    message.data = this.accepting(envelope.type).read(envelope);
    message.receiveCount = receiveCount;
    return message;
  }

  /** The message, or `undefined` when it cannot be read. */
  tryRead(body: string, receiveCount: number): Delivered<unknown> | undefined {
    try {
      return this.read(body, receiveCount);
    } catch {
      return undefined;
    }
  }

  /** Hands a message on. One whose entity another region has taken over is done with: that region hears of it, too. */
  handle(message: Delivered<unknown>): Promise<void> | void {
    return this.accepting(message.type)
      .handle(message)
      ?.catch((error: unknown) => {
        if (!(error instanceof ForeignHomeError)) throw error;
        const { consumer } = this;
        const { id, type, correlationid: correlationId } = message;
        const { subject, homeRegion } = error;
        this.log.warn('message superseded', { consumer, id, type, correlationId, subject, homeRegion });
      });
  }

  private accepting(type: string): AcceptedMessage {
    const one = this.accepted.get(type);
    if (one === undefined) throw new UnreadableMessageError(`${this.consumer} does not accept ${type}`);
    return one;
  }
}
