/** The history of an actor or of a role was changed since it was read. Read again, and judge again. */
export class StaleHistoryError extends Error {
  override readonly name = 'StaleHistoryError';
  constructor(actorId: string, options?: ErrorOptions) {
    super(`the history of actor ${actorId} or of the role was changed since it was read`, options);
  }
}
