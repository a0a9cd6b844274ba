/** The error by which the parsers and validators of requests report a rejection. */
import type { OperatorRejection } from '../contract/operator-errors.ts';

export class RejectionError extends Error {
  readonly rejection: OperatorRejection;

  constructor(rejection: OperatorRejection) {
    super(rejection.rejected);
    this.rejection = rejection;
  }
}
