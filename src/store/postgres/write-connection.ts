/**
 * A connection for writing, used by one transaction at a time.
 *
 * Outside of a transaction that says otherwise its session only reads. So a statement that a broken transaction left
 * behind can do no harm on the connection that takes the place of the lost one.
 */
import type { RawRow } from './client.ts';
import { type Answer, Connection, type Statement } from './connection.ts';
import { CommitUnanswered, isAftermath, sqlStateOf } from './failure.ts';

type WriteConnectionOptions = {
  readonly url: string;
  /** How long to wait for the answers of one round trip before COMMIT, and for that of COMMIT. */
  readonly answerMs: number;
  readonly commitMs: number;
};

const session = {
  default_transaction_read_only: 'on',
  // Every lookup has its index; a plan made while a table was small must not read a large one whole.
  enable_seqscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  // Then one plan is as good for few keys as for many: nothing is planned again for each batch.
  plan_cache_mode: 'force_generic_plan',
  lock_timeout: 2000,
  // A process that stands still must not keep others from its rows.
  idle_in_transaction_session_timeout: 10_000,
};

export class WriteConnection {
  readonly #connection: Connection;
  readonly #commitMs: number;
  /** The server's process that runs the transaction. */
  #backend = 0;

  constructor({ commitMs, ...options }: WriteConnectionOptions) {
    this.#connection = new Connection({ ...options, session });
    this.#commitMs = commitMs;
  }

  /** One round trip, outside of a transaction or in the one that was begun. */
  async run(statements: readonly Statement[]): Promise<readonly RawRow[][]> {
    return (await this.#connection.run(statements)).map(({ rows }) => rows);
  }

  /** Begins the transaction in the same round trip. */
  async begin(statements: readonly Statement[]): Promise<readonly RawRow[][]> {
    const [begun, ...answers] = await this.#connection.run([{ sql: 'BEGIN READ WRITE' }, ...statements]);
    this.#backend = begun?.backend ?? 0;
    return answers.map(({ rows }) => rows);
  }

  /**
   * Sends the last statements together with COMMIT. Throws what the server refused, when the transaction is known not
   * to have been committed; CommitUnanswered, when nobody knows.
   */
  async commit(statements: readonly Statement[]): Promise<void> {
    const settled = await this.#connection.settle([...statements, { sql: 'COMMIT' }], this.#commitMs);
    const errors = settled.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
    const commit = settled.at(-1) as PromiseSettledResult<Answer>;
    // The server answers in order: after a refusal it does not commit.
    const refusal = errors.find((error) => sqlStateOf(error) !== undefined && !isAftermath(error));
    if (refusal !== undefined && refusal !== errors.at(-1)) throw refusal;
    if (commit.status === 'fulfilled') {
      const { command, backend } = commit.value;
      if (command === 'COMMIT' && backend === this.#backend && errors.length === 0) return;
      throw errors[0] ?? lostBefore();
    }
    const { severity } = (commit.reason ?? {}) as { readonly severity?: string };
    if (severity === 'ERROR') throw commit.reason;
    throw new CommitUnanswered(String(commit.reason));
  }

  /** Ends the transaction without a trace. Nobody needs to wait for it: what is sent next comes after it. */
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
