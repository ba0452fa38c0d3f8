/**
 * Tries of messages whose receive count says nothing any more, because it also grows while nobody tries them. A try that began
 * and never ended took its worker with it, or was taken along.
 */
export interface Tries {
  /**
   * A try of this message begins.
   * @returns how many tries of it have begun since one ended, this one not included
   */
  begin(messageId: string): Promise<number>;
  /** The try of this message has come to an end: those before it count no more. */
  end(messageId: string): Promise<void>;
}
