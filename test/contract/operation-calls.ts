/** The calls that the files in calls/ declare for an operation. */
import type { ErrorDetails } from '../../src/contract/errors.ts';
import type { Operation } from '../../src/contract/operation.ts';
import type { Provocation, Provocations } from './shared-calls.ts';

/** A call that succeeds, and for each of the operation's own errors a call that provokes it. */
export class OperationCalls {
  readonly operation: Operation;
  readonly goodQuery: string;
  readonly provocations: Provocations;

  constructor(operation: Operation, goodQuery: string, provocations: Provocations) {
    this.operation = operation;
    this.goodQuery = goodQuery;
    this.provocations = provocations;
  }
}

/** @param goodQuery of a call that succeeds. @param provocations by the error that they provoke. */
export function calls(
  operation: Operation,
  goodQuery: string,
  provocations: Provocations = {},
): OperationCalls {
  return new OperationCalls(operation, goodQuery, provocations);
}

export const query = (text: string, details: ErrorDetails = {}): Provocation => ({
  call: () => ({ query: text }),
  details,
});
