/** A rejection as the error by which the parsers and validators of requests report it. */
import type { Rejection } from '../contract/errors.ts';

export class Refused extends Error {
  readonly rejection: Rejection;

  constructor(rejection: Rejection) {
    super(rejection.rejected);
    this.rejection = rejection;
  }
}
