import { StoreFault } from '../port.ts';

/** The role may not make or replace a database, or somebody else uses it. The message says what to do about it. */
export class DatabaseProblem extends StoreFault {
  constructor(message: string) {
    super('not-done', message);
  }
}
