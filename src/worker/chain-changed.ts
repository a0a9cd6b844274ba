/** After a chain was changed, or a change of it was committed, a failing store no longer means `not-done` but `unknown`. */
import { NodeFault } from '../chain/port.ts';
import type { OperatorCommandErrorId } from '../contract/errors.ts';
import { type Outcome, StoreFault } from '../store/port.ts';

/** The chain has changed already, or the decision to change it is committed. */
export function outcomeUnknown(error: unknown): never {
  throw error instanceof StoreFault ? new StoreFault('unknown', error.message, error) : error;
}

/** The chain has changed already. If the command was not done, a worker will record the change later: unknown. */
export function unknownIfNotDone<R, E extends OperatorCommandErrorId>(outcome: Outcome<R, E>): Outcome<R, E> {
  return 'fault' in outcome && outcome.fault === 'not-done' ? { ...outcome, fault: 'unknown' } : outcome;
}

/** For a change of the chain that the exchange learns later, because the lab has made the node fail. */
export function ignoreNodeFault(error: unknown): void {
  if (!(error instanceof NodeFault)) throw error;
}
