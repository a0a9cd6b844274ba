/** Read-only connections. If one is lost, its pending statements fail and later ones use a new connection. */
import type { Database, Select } from './client.ts';
import { Connection } from './connection.ts';

/** Sends each statement to the connection with the fewest pending round trips. */
export class ReadingPool {
  readonly #connections: readonly Connection[];

  /** @param limits further settings of each session. */
  constructor(database: Database, size: number, limits: Readonly<Record<string, number>> = {}) {
    // `settled_transfers` waits for writers of transfers and blocks new ones meanwhile, so the wait is limited (ms).
    const session = { default_transaction_read_only: 'on', lock_timeout: 1000, ...limits };
    this.#connections = Array.from(
      { length: size },
      () => new Connection({ database, session, answerMs: 5000 }),
    );
  }

  readonly select: Select = (sql, parameters = []) => {
    const idlest = this.#connections.reduce((best, each) => (each.load < best.load ? each : best));
    return idlest.rows([{ sql, parameters }]);
  };

  async close(): Promise<void> {
    await Promise.all(this.#connections.map((each) => each.close()));
  }
}
