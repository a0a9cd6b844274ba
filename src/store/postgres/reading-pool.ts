/** Connections that only read. What is under way on one that is lost fails; the next statement finds a new one. */
import { Connection } from './connection.ts';
import type { Select } from './postgres-reads.ts';

/** Connections for reading; each statement goes to the one that has least to do. */
export class ReadingPool {
  readonly #connections: readonly Connection[];

  constructor(url: string, size: number) {
    // Who waits for those who write transfers keeps others waiting behind: not for long.
    const session = { default_transaction_read_only: 'on', lock_timeout: 1000 };
    this.#connections = Array.from({ length: size }, () => new Connection({ url, session, answerMs: 5000 }));
  }

  readonly select: Select = (sql, parameters = []) => {
    const idlest = this.#connections.reduce((best, each) => (each.load < best.load ? each : best));
    return idlest.rows([{ sql, parameters }]);
  };

  async close(): Promise<void> {
    await Promise.all(this.#connections.map((each) => each.close()));
  }
}
