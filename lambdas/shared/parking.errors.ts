/** The case is closed, or somebody else is re-driving it; nothing was written. */
export class CaseClosedError extends Error {
  override readonly name = 'CaseClosedError';
  constructor(
    readonly caseId: string,
    options?: ErrorOptions,
  ) {
    super(`case ${caseId} is not open at this message`, options);
  }
}

/** A message was not discarded: it is not the first that waits, or its case does not allow it; nothing was written. */
export class DiscardRefusedError extends Error {
  override readonly name = 'DiscardRefusedError';
  constructor(
    readonly caseId: string,
    why: string,
    options?: ErrorOptions,
  ) {
    super(`nothing is discarded from case ${caseId}: ${why}`, options);
  }
}
