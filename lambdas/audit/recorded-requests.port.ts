/** Which requests have a record, by minute of the record: for the comparison with what the gateway has seen. */
export interface RecordedRequests {
  /** Notes requests; a repeat changes nothing. */
  note(requests: readonly { readonly requestId: string; readonly minute: number }[]): Promise<void>;
  /** Those of `requestIds` that were noted in one of the minutes. */
  noted(requestIds: readonly string[], minutes: readonly number[]): Promise<ReadonlySet<string>>;
}
