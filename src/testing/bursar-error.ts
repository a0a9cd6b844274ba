/** A call of `bursar/testing` that failed. The message says why and what to do. */
export class BursarError extends Error {
  override readonly name = 'BursarError';
  /** The HTTP status; absent if the server has not replied. */
  declare readonly status?: number;

  constructor(message: string, status?: number) {
    super(message);
    // Not set to undefined, because test runners would print it.
    if (status !== undefined) this.status = status;
  }
}
