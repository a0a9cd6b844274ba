/**
 * What a store is: it executes commands — many to one commit, each isolated from the others' rejections — and answers
 * reads from what is committed.
 *
 * A command is prefetch → decide → commit: it names the rows it needs, a pure and synchronous function decides from
 * them, and the store writes the decision, whole or not at all. The same command runs on every store.
 */
import type { Rejection } from '../contract/errors.ts';
import type { Catalog } from '../domain/catalog/catalog.ts';
import type { Reads } from './reads.ts';
import type { NewRow, Row, TableName } from './tables.ts';

/** Rows of one table whose columns equal `where` and, where given, whose `since` column is at least a value. */
export type Lookup<T extends TableName = TableName> = {
  readonly table: T;
  readonly where: Partial<Row<T>>;
  readonly since?: { readonly field: string; readonly value: number };
  /** Only the rows that are under way: `openRowsOf`. */
  readonly among?: 'open';
  /** At most so many rows, whichever. */
  readonly limit?: number;
};

/** The prefetched rows, as they stand inside the transaction. Asking for what was not prefetched is a bug. */
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

/** `insert` refuses an existing key, `put` replaces it, `update` and `delete` go by the key. */
export type Write = Insert | Put | Update | Delete;

/** What a decision may use beside its rows: handed in, so that it is the same from the same. */
export type DecisionContext = {
  readonly nowMs: number;
  readonly catalog: Catalog;
  readonly ids: Ids;
};

export type Ids = {
  /** 32 lower-case hex characters, rising with time. */
  recordId(): string;
  /** The store's own running number: unique, not gapless. */
  tranId(): number;
  accountId(): number;
};

export type Decided<R> = { readonly reply: R; readonly writes: readonly Write[] };
export type Decision<R> = Decided<R> | Rejection;

/** Each stage may use the rows of the stages before it. */
export type Prefetch<I> = readonly ((input: I, rows: Rows, context: DecisionContext) => readonly Lookup[])[];

export type Command<I, R> = {
  readonly name: string;
  readonly prefetch: Prefetch<I>;
  readonly decide: (input: I, rows: Rows, context: DecisionContext) => Decision<R>;
  /**
   * It decides by the accounts, the reference data and whose addresses are this exchange's as they are until its commit, whatever this process has heard of;
   * otherwise a change that another process has just made may come too late for it.
   */
  readonly needsLatest?: true;
  /** It changes what those decide by. */
  readonly changesLatest?: true;
};

export type Execution = {
  // biome-ignore lint/suspicious/noExplicitAny: a batch mixes commands of all kinds
  readonly command: Command<any, unknown>;
  readonly input: unknown;
  /** The request's window: the command is refused when the commit would come after it. */
  readonly notAfterMs?: number | undefined;
};

/** A fault says whether the work was done. Unknown stays unknown until somebody looks it up. */
export type Fault = { readonly fault: 'not-done' | 'unknown' | 'bug'; readonly message: string };

/** A read, or a chain, that did not answer. What was asked may be asked again. */
export class StoreFault extends Error {
  override readonly name = 'StoreFault';
  readonly fault: 'not-done' | 'unknown';

  constructor(fault: StoreFault['fault'], message: string, cause?: unknown) {
    super(message, { cause });
    this.fault = fault;
  }
}

export type Outcome<R = unknown> = { readonly done: R } | Rejection | Fault;

export type Store = {
  readonly reads: Reads;
  /** How many batches it takes at the same time. */
  readonly parallelBatches: number;
  /** Commands to a batch, beyond which a larger one gains nothing. */
  readonly largestBatch: number;
  /** Executes in order; every `done` is on disk when the promise resolves. */
  execute(batch: readonly Execution[]): Promise<readonly Outcome[]>;
  /** The reference data as they are now; commands decide by them. */
  catalog(): Catalog;
  close(): Promise<void>;
};

/**
 * Shares the tasks of the workers out between the processes over one store: a task is done by who holds it.
 *
 * It saves work that would be done twice and is not what keeps money safe: a process may lose what it holds without
 * knowing at once. Every step of a task is a command that checks the stage again.
 */
export type TaskLeases = {
  /** Whether this process holds the task, or has just taken it. Kept until it is released or the process dies. */
  hold(task: string): Promise<boolean>;
  release(task: string): Promise<void>;
  /** How many processes there are. */
  processes(): Promise<number>;
};
