/**
 * Classifies SQLite errors. An error with a code is a fault of the machine (disk full, I/O error, database locked). A
 * violated constraint, or an error without a code, is a bug in the code that wrote.
 */
import type { DatabaseSync } from 'node:sqlite';
import { type Fault, StoreFault } from '../port.ts';

const SQLITE_BUSY = 5;
const SQLITE_FULL = 13;
const SQLITE_CONSTRAINT = 19;
const SQLITE_IOERR_WRITE = 778;

// cast: the driver gives it to errors of the database.
const codeOf = (error: unknown) => (error as { errcode?: number }).errcode;

/** The fault of a failed statement. SQLite has undone the statement, or the whole transaction. */
export function faultOf(error: unknown): Fault {
  // For example, from a source of ids that cannot record on disk the ids that it draws.
  if (error instanceof StoreFault) return { fault: error.fault, message: error.message };
  const code = codeOf(error);
  const fault = code === undefined || (code & 0xff) === SQLITE_CONSTRAINT ? 'bug' : 'not-done';
  return { fault, message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

/**
 * The fault of a failed COMMIT. It was not done if the transaction is still open, or if the log did not fit on the
 * disk: a commit takes effect with the last page of its log. After any other error, for example a failed sync, it is
 * unknown what reached the disk.
 */
export function faultOfCommit(error: unknown, database: DatabaseSync): 'not-done' | 'unknown' {
  return database.isTransaction || isOutOfRoom(error) ? 'not-done' : 'unknown';
}

/** Whether the disk is full, or a quota or file size limit was reached. */
export function isOutOfRoom(error: unknown): boolean {
  const code = codeOf(error);
  return code === SQLITE_FULL || code === SQLITE_IOERR_WRITE;
}

/** Whether another connection holds the lock. */
export function isLocked(error: unknown): boolean {
  return ((codeOf(error) ?? 0) & 0xff) === SQLITE_BUSY;
}

/**
 * @returns the error to throw where no outcome is returned: a StoreFault for a fault of the machine, a bug unchanged.
 */
export function storeFaultOf(error: unknown): unknown {
  const { fault, message } = faultOf(error);
  return fault === 'bug'
    ? error
    : new StoreFault(isOutOfRoom(error) ? 'not-done' : 'unknown', message, error);
}
