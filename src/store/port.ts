/**
 * The port of a store. A store executes commands, many per commit and each isolated from the rejections of the others,
 * and serves reads of committed data.
 *
 * A command is prefetch → decide → commit: it names the rows that it needs, a pure synchronous function decides from
 * them, and the store writes the decision atomically. The same command runs on every store.
 */
import type { ErrorId, Rejection } from '../contract/errors.ts';
import type { Catalog } from '../domain/catalog/catalog.ts';
import type { Reads } from './reads.ts';
import type { NewRow, Row, TableName } from './tables.ts';

/** Rows of one table whose fields equal `where` and, if given, whose `since` field is at least a value. */
export type Lookup<T extends TableName = TableName> = {
  readonly table: T;
  readonly where: Partial<Row<T>>;
  readonly since?: { readonly field: string; readonly value: number };
  /** Only open rows: `openRowsOf`. */
  readonly among?: 'open';
  /** At most this many rows, in no particular order. */
  readonly limit?: number;
  /**
   * `none`: a prefetch stage may be planned as if this lookup found nothing, without reading first. That saves a round
   * trip where such rows are rare. If the decision then needs a row that was not prefetched, the command is decided
   * again, and the lookup is read first.
   */
  readonly assume?: 'none';
};

/** A lookup of any table. */
export type AnyLookup = { readonly [T in TableName]: Lookup<T> }[TableName];

/** The prefetched rows as the transaction sees them. A lookup that was not prefetched is a bug. */
export type Rows = {
  one<T extends TableName>(lookup: Lookup<T>): Row<T> | undefined;
  all<T extends TableName>(lookup: Lookup<T>): readonly Row<T>[];
};

type Insert<T extends TableName = TableName> = { [K in T]: { insert: K; row: NewRow<K> } }[T];
type Put<T extends TableName = TableName> = { [K in T]: { put: K; row: Row<K> } }[T];
type Update<T extends TableName = TableName> = {
  [K in T]: { update: K; key: Partial<Row<K>>; set: Partial<Row<K>> };
}[T];
type Delete<T extends TableName = TableName> = { [K in T]: { delete: K; key: Partial<Row<K>> } }[T];

/** `insert` fails if the key exists; `put` inserts or replaces; `update` and `delete` find the row by its key. */
export type Write = Insert | Put | Update | Delete;

/** The inputs of a decision besides its rows. They are passed in, so that decisions are deterministic. */
export type DecisionContext = {
  readonly nowMs: number;
  readonly catalog: Catalog;
  readonly ids: Ids;
};

export type Ids = {
  /** 32 lower-case hex characters, increasing with time. */
  recordId(): string;
  /** A number of the store's own series: unique, not gapless. */
  tranId(): number;
  accountId(): number;
};

export type Decided<R> = { readonly reply: R; readonly writes: readonly Write[] };
export type Decision<R, E extends ErrorId = ErrorId> = Decided<R> | Rejection<E>;

/** Stages of lookups. Each stage may use the rows found by the earlier ones. */
export type Prefetch<I> = readonly ((
  input: I,
  rows: Rows,
  context: DecisionContext,
) => readonly AnyLookup[])[];

/** @typeParam E the errors with which it may reject. */
export type Command<I, R, E extends ErrorId = never> = {
  readonly name: string;
  readonly prefetch: Prefetch<I>;
  readonly decide: (input: I, rows: Rows, context: DecisionContext) => Decision<R, E>;
  /**
   * The decision needs the latest accounts, reference data and deposit addresses, unchanged until its commit. Without
   * it, the command may miss a change that another process has just committed.
   */
  readonly needsLatest?: true;
  /**
   * The command changes data that commands with `needsLatest` depend on: it writes a reference table, updates an account
   * or inserts a deposit address. On PostgreSQL its batch then takes their lock exclusively at once: a batch that shares
   * it first can deadlock with another one.
   */
  readonly changesLatest?: true;
};

export type Execution = {
  // biome-ignore lint/suspicious/noExplicitAny: a batch mixes commands of all kinds
  readonly command: Command<any, unknown, ErrorId>;
  readonly input: unknown;
  /** End of the request's window (ms): a command that cannot commit by then is rejected. */
  readonly notAfterMs?: number | undefined;
};

/** A fault says whether the work was done. An unknown outcome must be looked up. */
export type Fault = { readonly fault: 'not-done' | 'unknown' | 'bug'; readonly message: string };

/** A read or a chain did not answer. The request may be repeated. */
export class StoreFault extends Error {
  override readonly name = 'StoreFault';
  readonly fault: 'not-done' | 'unknown';

  constructor(fault: StoreFault['fault'], message: string, cause?: unknown) {
    super(message, { cause });
    this.fault = fault;
  }
}

/**
 * For work that could not begin because a preparation failed: nothing of the work was done, even if the outcome of the
 * preparation is unknown.
 */
export function asNotDone(error: unknown): unknown {
  return error instanceof StoreFault && error.fault === 'unknown'
    ? new StoreFault('not-done', error.message, error)
    : error;
}

/** The store ended a read of limited duration. Less may be read in time. */
export class ReadTooLong extends StoreFault {}

export type Outcome<R = unknown, E extends ErrorId = ErrorId> = { readonly done: R } | Rejection<E> | Fault;

export type Store = {
  readonly reads: Reads;
  /** The number of batches that can run at the same time. */
  readonly parallelBatches: number;
  /** The maximum useful number of commands per batch. */
  readonly largestBatch: number;
  /** Executes the commands in order; every `done` is on disk when the promise resolves. */
  execute(batch: readonly Execution[]): Promise<readonly Outcome[]>;
  /** The current reference data, which commands decide by. */
  catalog(): Catalog;
  close(): Promise<void>;
};

/**
 * Distributes the worker tasks among the processes on one store: only the process that holds the lease runs a task.
 *
 * Leases avoid duplicate work; money does not depend on them, because a process may lose a lease without noticing at
 * once. Every step of a task is a command that checks the stage again.
 */
export type TaskLeases = {
  /**
   * Acquires the lease if it is free. @returns whether this process holds it. It ends with `release` or the process.
   */
  hold(task: string): Promise<boolean>;
  release(task: string): Promise<void>;
  /** The number of processes on the store. */
  processes(): Promise<number>;
};
