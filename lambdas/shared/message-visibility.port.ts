/** Decides when a message that failed is handed out again. */
export interface MessageVisibility {
  /** All of them become visible again together, after this many seconds. Best effort: without it they come back later. */
  postpone(receiptHandles: readonly string[], seconds: number): Promise<void>;
}
