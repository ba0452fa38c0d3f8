/** The keys of the subject were destroyed: what was sealed with them cannot be read again, and nothing more is sealed for it. */
export class SubjectErasedError extends Error {
  override readonly name = 'SubjectErasedError';
  constructor(
    readonly subject: string,
    options?: ErrorOptions,
  ) {
    super(`the data of subject ${subject} were erased, expected a subject whose keys exist`, options);
  }
}

/** A key is not there, and the subject was not erased: replication has not brought it yet. Trying again helps. */
export class SubjectKeyMissingError extends Error {
  override readonly name = 'SubjectKeyMissingError';
  constructor(
    readonly subject: string,
    readonly region: string,
    options?: ErrorOptions,
  ) {
    super(
      `no key of subject ${subject} from ${region}, expected one: replication may not have brought it yet`,
      options,
    );
  }
}

/** A sealed text is not what was sealed: it was altered, or belongs to another field or subject. Trying again does not help. */
export class SealBrokenError extends Error {
  override readonly name = 'SealBrokenError';
  constructor(
    readonly subject: string,
    readonly field: string,
    fault: string,
    options?: ErrorOptions,
  ) {
    super(`the seal of ${field} of subject ${subject} is broken: ${fault}`, options);
  }
}
