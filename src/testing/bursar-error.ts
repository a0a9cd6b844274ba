/** A call of `bursar/testing` that failed. The message says why and what to do. */
export class BursarError extends Error {
  override readonly name = 'BursarError';
  /** The HTTP status, if the server has replied. */
  readonly status: number | undefined;

  constructor(message: string, status?: number) {
    super(message);
    this.status = status;
  }
}
