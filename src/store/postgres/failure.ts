/**
 * Classifies errors of a transaction before its commit. Whether an unacknowledged commit was done is not decided here:
 * only the transaction knows what it has sent.
 */
import { codeOf } from '../../boundary/caught.ts';
import { ReadTooLong, StoreFault } from '../port.ts';

/**
 * - `again`: the batch is to be tried again with fresh rows.
 * - `conflict`: a unique key exists, because of another process or a bug in a command; see `conflict.ts`.
 * - `broken`: a write violated a constraint, or a command has a bug.
 * - `not-done`: the database is unavailable.
 */
type Failure = 'again' | 'conflict' | 'broken' | 'not-done';

/** Decisions were made from rows that have changed since, or the reserved ids ran out. */
export class StaleDecision extends Error {}
/** Another process has changed the reference data. */
export class StaleReference extends StaleDecision {}
/** A write of a command is invalid, for example an update of a row that does not exist. */
export class BrokenWrite extends Error {}
/** The database did not answer in time. */
export class ConnectionStuck extends Error {}
/** COMMIT was sent and not answered, so its outcome is unknown. */
export class CommitUnanswered extends Error {}

/**
 * @returns a StoreFault if the error is not the statement's fault (unavailable, deadlock …); other errors unchanged.
 */
export function storeFaultOf(error: unknown, fault: StoreFault['fault']): unknown {
  const failure = failureOf(error);
  if (failure !== 'not-done' && failure !== 'again') return error;
  const FaultClass = sqlStateOf(error) === statementTimeout ? ReadTooLong : StoreFault;
  return new FaultClass(fault, describeFailure(error), error);
}

const again: ReadonlySet<string> = new Set(['40001', '40P01']);
const uniqueViolation = '23505';
const statementTimeout = '57014';
/** SQLSTATE classes of errors in the statement: data, constraints, raised by a trigger, syntax, privileges. */
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
  // Errors of the driver and the system have a code; a bug does not.
  return codeOf(error) === undefined ? 'broken' : 'not-done';
}

/** @returns the SQLSTATE if the error is the server's answer to a statement. */
export function sqlStateOf(error: unknown): string | undefined {
  // cast: anything may have been thrown.
  const { code, severity } = (error ?? {}) as { code?: unknown; severity?: unknown };
  return typeof code === 'string' && typeof severity === 'string' ? code : undefined;
}

/** Whether a statement failed only because an earlier one in the same transaction had failed. */
export function isFollowUpError(error: unknown): boolean {
  return sqlStateOf(error) === '25P02';
}

export function describeFailure(error: unknown): string {
  // cast: the driver gives them to errors of the server.
  const { detail, where } = (error ?? {}) as { detail?: string; where?: string };
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return [text, detail, where].filter((part) => part !== undefined).join('\n');
}
