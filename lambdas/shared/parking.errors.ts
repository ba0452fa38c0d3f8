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
