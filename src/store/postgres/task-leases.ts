/**
 * Leases of worker tasks as advisory locks of one session. They end with the session, however the process ends, and
 * another process takes over.
 */
import type { TaskLeases } from '../port.ts';
import type { Database } from './client.ts';
import { Connection } from './connection.ts';

/** First key of the two-key advisory locks; the second key is the hash of the task. */
const taskSpace = 420_511_437;
const presence = 4_205_114_363;

/** With TCP keepalive the database detects a dead client machine within 30 s. */
const session = { tcp_keepalives_idle: 10, tcp_keepalives_interval: 5, tcp_keepalives_count: 4 };

const take = `
  SELECT pg_backend_pid() AS backend,
    CASE WHEN pg_backend_pid() = $1 THEN true ELSE pg_try_advisory_lock(${taskSpace}, hashtext($2)) END AS held`;
const releaseLock = `
  SELECT CASE WHEN pg_backend_pid() = $1 THEN pg_advisory_unlock(${taskSpace}, hashtext($2)) END`;
/** A new session must register again: the lock of the lost session is gone. */
const registerProcess = `
  SELECT CASE WHEN pg_backend_pid() = $1 THEN NULL ELSE pg_advisory_lock_shared(${presence}) END,
    pg_backend_pid() AS backend`;
const count = `
  SELECT count(*) AS processes FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
  WHERE locktype = 'advisory' AND granted AND datname = current_database() AND objsubid = 1
    AND (classid::bigint << 32) + objid::bigint = ${presence}`;

export class PostgresTaskLeases implements TaskLeases {
  readonly #connection: Connection;
  /** The backend process id of the session that holds each task. A lease is lost when the session changes. */
  readonly #holders = new Map<string, number>();
  #registeredSession = 0;

  constructor(database: Database) {
    this.#connection = new Connection({ database, session, answerMs: 2000 });
  }

  async hold(task: string): Promise<boolean> {
    const row = await this.#row(take, [this.#holders.get(task) ?? 0, task]);
    if (row.held === true) this.#holders.set(task, Number(row.backend));
    else this.#holders.delete(task);
    return row.held === true;
  }

  async release(task: string): Promise<void> {
    const holder = this.#holders.get(task);
    if (holder === undefined) return;
    this.#holders.delete(task);
    await this.#row(releaseLock, [holder, task]);
  }

  async processes(): Promise<number> {
    const counted = await this.#row(registerProcess, [this.#registeredSession]);
    this.#registeredSession = Number(counted.backend);
    const [row] = await this.#connection.rows([{ sql: count }]);
    return Number(row?.processes);
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }

  async #row(sql: string, parameters: readonly (string | number)[]): Promise<Record<string, unknown>> {
    const [row] = await this.#connection.rows([{ sql, parameters }]);
    return row ?? {};
  }
}
