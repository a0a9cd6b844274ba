/**
 * A connection with pipelined statements. Every statement gets a result or an error within a time limit. When the
 * connection is lost or does not answer, all pending statements fail at once and the connection is replaced.
 */
import type { StoreFault } from '../port.ts';
import { type Client, createClient, type Database, query, type RawRow, type SqlValue } from './client.ts';
import { ConnectionStuck, isFollowUpError, sqlStateOf, storeFaultOf } from './failure.ts';

export type Statement = { readonly sql: string; readonly parameters?: readonly SqlValue[] };

/** The result of a statement: its rows, the command tag, and the process id of the server's backend. */
export type Answer = { readonly rows: RawRow[]; readonly command: string; readonly backend: number };

type StatementResult = PromiseSettledResult<Answer>;
type ConnectionOptions = {
  readonly database: Database;
  readonly session: Readonly<Record<string, string | number>>;
  /** Time limit of one round trip, ms. */
  readonly answerMs: number;
};
type RoundTrip = { readonly fail: (error: Error) => void };

export class Connection {
  readonly #options: ConnectionOptions;
  readonly #underWay = new Set<RoundTrip>();
  #client: Client;
  #isClosed = false;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#client = this.#connect();
  }

  /** The number of pending round trips. */
  get load(): number {
    return this.#underWay.size;
  }

  /** One round trip. @throws the first error of a statement. */
  async run(statements: readonly Statement[]): Promise<readonly Answer[]> {
    const results = await this.tryAll(statements);
    const errors = results.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
    if (errors.length > 0) throw errors.find((error) => !isFollowUpError(error)) ?? errors[0];
    return results.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  }

  /**
   * One round trip outside of batch transactions.
   * @param fault the fault to report if the database is unavailable: `not-done` for statements that only read.
   * @returns the rows of the last statement.
   * @throws StoreFault if the database is unavailable.
   */
  async rows(
    statements: readonly Statement[],
    fault: StoreFault['fault'] = 'not-done',
  ): Promise<readonly RawRow[]> {
    try {
      return (await this.run(statements)).at(-1)?.rows ?? [];
    } catch (error) {
      throw storeFaultOf(error, fault);
    }
  }

  /** One round trip. @returns the result or error of each statement; never throws. */
  async tryAll(
    statements: readonly Statement[],
    limitMs = this.#options.answerMs,
  ): Promise<readonly StatementResult[]> {
    const client = this.#client;
    const results: (StatementResult | undefined)[] = new Array(statements.length).fill(undefined);
    const answered = Promise.all(
      statements.map(async ({ sql, parameters }, index) => {
        results[index] = await query(client, sql, parameters).then(
          (rows) => ({
            status: 'fulfilled',
            value: { rows, command: rows.command, backend: rows.state.pid },
          }),
          (reason: unknown) => ({ status: 'rejected', reason }),
        );
      }),
    );
    const reason = await this.#waitFor(answered, limitMs);
    const complete = results.map((each): StatementResult => each ?? { status: 'rejected', reason });
    const isLost = complete.some(
      (each) => each.status === 'rejected' && sqlStateOf(each.reason) === undefined,
    );
    if (isLost) this.#replace(client);
    return complete;
  }

  /** Sends a statement and ignores its result. */
  send(sql: string): void {
    query(this.#client, sql).catch(() => {});
  }

  /** Statements that are sent later fail. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#client.end({ timeout: 5 });
  }

  /** @returns the error of the statements that were not answered, or undefined if all were. */
  async #waitFor(answered: Promise<unknown>, limitMs: number): Promise<Error | undefined> {
    const { promise, resolve } = Promise.withResolvers<Error | undefined>();
    const roundTrip: RoundTrip = { fail: resolve };
    const cancel = this.#options.database.timers.after(limitMs, () =>
      resolve(new ConnectionStuck(`no answer in ${limitMs} ms`)),
    );
    this.#underWay.add(roundTrip);
    void answered.then(() => resolve(undefined));
    try {
      return await promise;
    } finally {
      cancel();
      this.#underWay.delete(roundTrip);
    }
  }

  #connect(): Client {
    const client: Client = createClient(this.#options.database, {
      max: 1,
      session: this.#options.session,
      // The driver fails the statements that were sent before this. Statements that it queued for the next connection
      // it may never send (https://github.com/porsager/postgres: a write that is pending while its socket closes).
      onClosed: () => setImmediate(() => this.#lose(client)),
    });
    return client;
  }

  #lose(client: Client): void {
    if (client !== this.#client) return;
    this.#replace(client);
    const lost = Object.assign(new Error('the connection was lost'), { code: 'CONNECTION_LOST' });
    for (const { fail } of [...this.#underWay]) fail(lost);
  }

  #replace(client: Client): void {
    if (client !== this.#client || this.#isClosed) return;
    this.#client = this.#connect();
    client.end({ timeout: 0 }).catch(() => {});
  }
}
