/**
 * What went wrong, in the terms of the store: tried again, broken by one of the commands, or not done. Whether a commit
 * whose acknowledgement is missing was done is not decided here: only the transaction knows how far it came.
 */
import { StoreFault } from '../port.ts';

/**
 * - `again`: nothing is wrong; the same on fresh rows may well go through.
 * - `conflict`: a unique key is taken, by another process a moment ago or by a bug of a command: `conflict.ts` tells.
 * - `broken`: a rule of the database refused what a command wrote, or a command has a bug.
 * - `not-done`: the database did not take part.
 */
type Failure = 'again' | 'conflict' | 'broken' | 'not-done';

/** What was decided rests on rows that have changed meanwhile, or on ids that ran out. */
export class StaleDecision extends Error {}
/** Another process has changed the reference data. */
export class StaleReference extends StaleDecision {}
/** A command wrote what its rows do not allow. */
export class BrokenWrite extends Error {}
/** The answer did not come in time. */
export class ConnectionStuck extends Error {}
/** COMMIT was sent and never answered. */
export class CommitUnanswered extends Error {}

/** That the database did not take part, or not to the end, is told as such; other errors stay as they are. */
export function storeFaultOf(error: unknown, fault: StoreFault['fault']): unknown {
  const failure = failureOf(error);
  if (failure !== 'not-done' && failure !== 'again') return error;
  return new StoreFault(fault, describeFailure(error), error);
}

const again: ReadonlySet<string> = new Set(['40001', '40P01']);
const uniqueViolation = '23505';
/** Classes of SQLSTATE that blame the statement: data, constraints, raised by a trigger, syntax, privileges. */
const blamesStatement = /^(22|23|27|P0|42|2F|38|44)/;

export function failureOf(error: unknown): Failure {
  if (error instanceof StaleDecision) return 'again';
  const state = sqlStateOf(error);
  if (state !== undefined) {
    if (again.has(state)) return 'again';
    if (state === uniqueViolation) return 'conflict';
    return blamesStatement.test(state) ? 'broken' : 'not-done';
  }
  if (error instanceof ConnectionStuck) return 'not-done';
  // The driver's and the system's errors carry a code; a bug does not.
  return typeof (error as { code?: unknown } | null)?.code === 'string' ? 'not-done' : 'broken';
}

/** The server's own word on a statement. */
export function sqlStateOf(error: unknown): string | undefined {
  const { code, severity } = (error ?? {}) as { code?: unknown; severity?: unknown };
  return typeof code === 'string' && typeof severity === 'string' ? code : undefined;
}

/** A statement after the one that failed, in the same transaction. */
export function isAftermath(error: unknown): boolean {
  return sqlStateOf(error) === '25P02';
}

export function describeFailure(error: unknown): string {
  const { detail, where } = (error ?? {}) as { detail?: string; where?: string };
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return [text, detail, where].filter((part) => part !== undefined).join('\n');
}
