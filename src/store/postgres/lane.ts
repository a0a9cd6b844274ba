/**
 * One connection for writing, used by one transaction at a time; statements are pipelined.
 *
 * Outside of a transaction that says otherwise its session only reads. So a statement that a broken transaction left
 * behind can do no harm on the connection that takes the place of the lost one. And nobody waits for ever: a
 * connection that does not answer in time is given up.
 */
import { type Client, createClient, query, type RawRow, type SqlValue } from './client.ts';
import { CommitUnanswered, ConnectionStuck, isAftermath, sqlStateOf } from './failure.ts';

export type Statement = { readonly sql: string; readonly parameters?: readonly SqlValue[] };

type LaneOptions = {
  readonly url: string;
  /** How long to wait for the answers of one round trip before COMMIT, and for that of COMMIT. */
  readonly roundTripMs: number;
  readonly commitMs: number;
};

const session = {
  default_transaction_read_only: 'on',
  // Every lookup has its index; a plan made while a table was small must not read a large one whole.
  enable_seqscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  lock_timeout: 2000,
  // A process that stands still must not keep others from its rows.
  idle_in_transaction_session_timeout: 10_000,
};

export class Lane {
  readonly #options: LaneOptions;
  #client: Client;
  /** The server's process that runs the transaction. */
  #backend = 0;

  constructor(options: LaneOptions) {
    this.#options = options;
    this.#client = this.#connect();
  }

  /** One round trip, outside of a transaction or in the one that was begun. */
  async run(statements: readonly Statement[]): Promise<readonly RawRow[][]> {
    return (await this.#send(statements)).map((result) => result.rows);
  }

  /** Begins the transaction in the same round trip. */
  async begin(statements: readonly Statement[]): Promise<readonly RawRow[][]> {
    const [begun, ...results] = await this.#send([{ sql: 'BEGIN READ WRITE' }, ...statements]);
    this.#backend = begun?.backend ?? 0;
    return results.map((result) => result.rows);
  }

  /**
   * Sends the last statements together with COMMIT. Throws what the server refused, when the transaction is known not
   * to have been committed; CommitUnanswered, when nobody knows.
   */
  async commit(statements: readonly Statement[]): Promise<void> {
    const client = this.#client;
    const sent = [...statements, { sql: 'COMMIT' }].map(({ sql, parameters }) =>
      query(client, sql, parameters),
    );
    const settled = await this.#inTime(Promise.allSettled(sent), this.#options.commitMs, CommitUnanswered);
    const errors = settled.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
    // The server answers in order: what it refused before COMMIT it has not committed.
    const last = settled.at(-1);
    const refused = settled.slice(0, -1).find((each) => each.status === 'rejected' && isRefusal(each.reason));
    if (refused !== undefined) throw (refused as PromiseRejectedResult).reason;
    if (last?.status === 'fulfilled') {
      const { command, state } = last.value;
      if (command === 'COMMIT' && state.pid === this.#backend && errors.length === 0) return;
      throw errors[0] ?? lostError();
    }
    const reason = last?.reason as { readonly severity?: string } | undefined;
    if (reason?.severity === 'ERROR') throw reason;
    throw new CommitUnanswered(String(reason));
  }

  /** Ends the transaction without a trace. Nobody needs to wait for it: what is sent next comes after it. */
  rollBack(): void {
    query(this.#client, 'ROLLBACK').catch(() => {});
  }

  async close(): Promise<void> {
    await this.#client.end({ timeout: 5 });
  }

  #connect(): Client {
    return createClient(this.#options.url, { max: 1, session });
  }

  async #send(statements: readonly Statement[]) {
    const client = this.#client;
    const sent = statements.map(({ sql, parameters }) => query(client, sql, parameters));
    const settled = await this.#inTime(Promise.allSettled(sent), this.#options.roundTripMs, ConnectionStuck);
    const refused = settled
      .filter((each) => each.status === 'rejected')
      .map((each) => each.reason as unknown);
    if (refused.length > 0) throw refused.find((error) => !isAftermath(error)) ?? refused[0];
    return settled.map((each) => {
      const { value } = each as PromiseFulfilledResult<Awaited<(typeof sent)[number]>>;
      return { rows: value as RawRow[], backend: value.state.pid as number };
    });
  }

  async #inTime<T>(work: Promise<T>, limitMs: number, Late: new (message: string) => Error): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Late(`no answer in ${limitMs} ms`)), limitMs);
    });
    try {
      return await Promise.race([work, late]);
    } catch (error) {
      this.#replace();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Gives the connection up, whatever is still under way on it. */
  #replace(): void {
    const given = this.#client;
    this.#client = this.#connect();
    given.end({ timeout: 0 }).catch(() => {});
  }
}

function isRefusal(error: unknown): boolean {
  return sqlStateOf(error) !== undefined && !isAftermath(error);
}

function lostError(): Error {
  return Object.assign(new Error('the connection was lost before COMMIT was sent'), {
    code: 'CONNECTION_LOST',
  });
}
