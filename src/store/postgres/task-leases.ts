/**
 * The tasks of the workers, each done by one of the processes: advisory locks of one session. They go with the session,
 * however the process ends, and another process takes over.
 */
import type { TaskLeases } from '../port.ts';
import { Connection } from './connection.ts';

/** Advisory locks of two numbers: this one, and one for each task. */
const taskSpace = 420_511_437;
const presence = 4_205_114_363;

/** The server notices within half a minute that the machine of a session is gone. */
const session = { tcp_keepalives_idle: 10, tcp_keepalives_interval: 5, tcp_keepalives_count: 4 };

const take = `
  SELECT pg_backend_pid() AS backend,
    CASE WHEN pg_backend_pid() = $1 THEN true ELSE pg_try_advisory_lock(${taskSpace}, hashtext($2)) END AS held`;
const releaseLock = `
  SELECT CASE WHEN pg_backend_pid() = $1 THEN pg_advisory_unlock(${taskSpace}, hashtext($2)) END`;
/** A session that was lost comes back without its place among the others. */
const registerProcess = `
  SELECT CASE WHEN pg_backend_pid() = $1 THEN NULL ELSE pg_advisory_lock_shared(${presence}) END,
    pg_backend_pid() AS backend`;
const count = `
  SELECT count(*) AS processes FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
  WHERE locktype = 'advisory' AND granted AND datname = current_database() AND objsubid = 1
    AND (classid::bigint << 32) + objid::bigint = ${presence}`;

export class PostgresTaskLeases implements TaskLeases {
  readonly #connection: Connection;
  /** The session that holds each task; another session is another holder. */
  readonly #holders = new Map<string, number>();
  #countedSession = 0;

  constructor(url: string) {
    this.#connection = new Connection({ url, session, answerMs: 2000 });
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
    const counted = await this.#row(registerProcess, [this.#countedSession]);
    this.#countedSession = Number(counted.backend);
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
