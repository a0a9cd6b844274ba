/**
 * What an error of SQLite says about the work that it ended. Whatever has a code is the machine's fault (no room, I/O,
 * locked) but for a broken constraint, which is a bug of whoever wrote, like an error without a code.
 */
import type { DatabaseSync } from 'node:sqlite';
import { type Fault, StoreFault } from '../port.ts';

const SQLITE_BUSY = 5;
const SQLITE_FULL = 13;
const SQLITE_CONSTRAINT = 19;
const SQLITE_IOERR_WRITE = 778;

const codeOf = (error: unknown) => (error as { errcode?: number }).errcode;

/** Of a statement: SQLite takes back what it began, or the whole transaction. */
export function faultOf(error: unknown): Fault {
  const code = codeOf(error);
  const fault = code === undefined || (code & 0xff) === SQLITE_CONSTRAINT ? 'bug' : 'not-done';
  return { fault, message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

/**
 * Of a commit. It is not done while the transaction is still open, and when there was no room for all of its log: the
 * last page makes it a commit. Otherwise (the sync failed, say) nobody knows what the disk has.
 */
export function faultOfCommit(error: unknown, database: DatabaseSync): 'not-done' | 'unknown' {
  return database.isTransaction || isOutOfRoom(error) ? 'not-done' : 'unknown';
}

/** The disk is full, or a quota or a limit is reached. */
export function isOutOfRoom(error: unknown): boolean {
  const code = codeOf(error);
  return code === SQLITE_FULL || code === SQLITE_IOERR_WRITE;
}

/** Somebody else has the lock. */
export function isLocked(error: unknown): boolean {
  return ((codeOf(error) ?? 0) & 0xff) === SQLITE_BUSY;
}

/** What to throw where no outcome is returned: a fault of the machine as such, a bug as it is. */
export function storeFaultOf(error: unknown): unknown {
  const { fault, message } = faultOf(error);
  return fault === 'bug'
    ? error
    : new StoreFault(isOutOfRoom(error) ? 'not-done' : 'unknown', message, error);
}
