/**
 * A connection for writing, used by one transaction at a time.
 *
 * Outside of explicit READ WRITE transactions its session is read-only, so a statement left over from a broken
 * transaction can write nothing on the connection that replaces the lost one.
 */
import { present } from '../../boundary/present.ts';
import type { Database, RawRow } from './client.ts';
import { Connection, type Statement } from './connection.ts';
import { CommitUnanswered, isFollowUpError, sqlStateOf } from './failure.ts';

type WriteConnectionOptions = {
  readonly database: Database;
  /** Time limit of a round trip without COMMIT, ms. */
  readonly answerMs: number;
  /** Time limit of a round trip with COMMIT, ms. */
  readonly commitMs: number;
};

const session = {
  default_transaction_read_only: 'on',
  // Every lookup has an index. A plan made while a table was small must not scan it when it has grown.
  enable_seqscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  // With these settings the same plan suits any number of keys, so batches need no plans of their own.
  plan_cache_mode: 'force_generic_plan',
  lock_timeout: 2000,
  // A stalled process must not block its rows for others.
  idle_in_transaction_session_timeout: 10_000,
};

export class WriteConnection {
  readonly #connection: Connection;
  readonly #commitMs: number;
  /** Process id of the backend that runs the transaction. */
  #backend = 0;

  constructor({ commitMs, ...options }: WriteConnectionOptions) {
    this.#connection = new Connection({ ...options, session });
    this.#commitMs = commitMs;
  }

  /** One round trip, outside of a transaction or within the current one. */
  async run(statements: readonly Statement[]): Promise<readonly RawRow[][]> {
    return (await this.#connection.run(statements)).map(({ rows }) => rows);
  }

  /** Begins a transaction and runs statements in it, in one round trip. */
  async begin(statements: readonly Statement[]): Promise<readonly RawRow[][]> {
    const [begun, ...answers] = await this.#connection.run([{ sql: 'BEGIN READ WRITE' }, ...statements]);
    this.#backend = begun?.backend ?? 0;
    return answers.map(({ rows }) => rows);
  }

  /**
   * Sends the last statements together with COMMIT.
   * @throws the database's error if the transaction was not committed; CommitUnanswered if that is unknown.
   */
  async commit(statements: readonly Statement[]): Promise<void> {
    const results = await this.#connection.tryAll([...statements, { sql: 'COMMIT' }], this.#commitMs);
    // cast: anything may have been thrown.
    const errors = results.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
    const commit = present(results.at(-1));
    // The server answers in order and does not commit after an error.
    const refusal = errors.find((error) => sqlStateOf(error) !== undefined && !isFollowUpError(error));
    if (refusal !== undefined && refusal !== errors.at(-1)) throw refusal;
    if (commit.status === 'fulfilled') {
      const { command, backend } = commit.value;
      if (command === 'COMMIT' && backend === this.#backend && errors.length === 0) return;
      throw errors[0] ?? lostBefore();
    }
    // cast: anything may have been thrown.
    const { severity } = (commit.reason ?? {}) as { readonly severity?: string };
    if (severity === 'ERROR') throw commit.reason;
    throw new CommitUnanswered(String(commit.reason));
  }

  /** Rolls back without waiting for the answer: statements sent later are executed after it. */
  rollBack(): void {
    this.#connection.send('ROLLBACK');
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }
}

function lostBefore(): Error {
  return Object.assign(new Error('the connection was lost before COMMIT was sent'), {
    code: 'CONNECTION_LOST',
  });
}
