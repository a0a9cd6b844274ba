/**
 * Connections to PostgreSQL. Numbers are returned exactly: `bigint` as number (ids and times are below 2^53), `numeric`
 * as BigInt. `boolean` is returned as boolean, everything else as text.
 */

import postgres from 'postgres';
import { present } from '../../boundary/present.ts';
import type { Timers } from '../../clock/clock.ts';
import { splitHosts } from './database-hosts.ts';
import { PrimaryFinder } from './primary-finder.ts';

/** Time within which a host must answer whether it is the primary, ms. */
const askTimeoutMs = 3000;

/** A database, and the timers of the time limits of connections to it. */
export type Database = { readonly url: string; readonly timers: Timers };

export type SqlValue = string | number | null;
export type RawRow = Record<string, unknown>;

/** Runs one statement that reads. */
export type Select = (sql: string, parameters?: readonly SqlValue[]) => Promise<readonly RawRow[]>;
type ClientSettings = {
  readonly max: number;
  /** Server settings of each session. */
  readonly session?: Readonly<Record<string, string | number>>;
  readonly onClosed?: () => void;
  readonly onNotify?: (channel: string, payload: string) => void;
};

const types = {
  bigint: { to: 20, from: [20], serialize: String, parse: Number },
  numeric: { to: 1700, from: [1700], serialize: String, parse: BigInt },
  boolean: { to: 16, from: [16], serialize: String, parse: (text: string) => text === 't' },
};

export type Client = ReturnType<typeof createClient>;

export function createClient(database: Database, { max, session = {}, onClosed, onNotify }: ClientSettings) {
  return postgres(present(splitHosts(database.url)[0]), {
    ...wayToPrimary(database),
    max,
    types,
    fetch_types: false,
    // Never close a connection because of its age, which could happen in the middle of a transaction.
    max_lifetime: null,
    connect_timeout: 5,
    // TCP keepalive (s) detects a lost server, also on connections that only listen.
    keep_alive: 5,
    backoff: () => 0.05 + Math.random() / 10,
    connection: { application_name: 'bursar', ...session },
    onnotice: () => {},
    ...(onClosed && { onclose: onClosed }),
    // The driver's own `listen` does not report which channels a new connection listens to.
    ...(onNotify && { onnotify: onNotify }),
  });
}

const finders = new Map<string, PrimaryFinder>();

/** For URLs of several hosts. The driver's own failover never tries another host if the first one does not answer. */
function wayToPrimary({ url, timers }: Database) {
  const urls = splitHosts(url);
  if (urls.length === 1) return {};
  const finder =
    finders.get(url) ??
    new PrimaryFinder({ name: url, urls, timers, ask: (each) => askForPrimary(each, timers) });
  finders.set(url, finder);
  return { socket: finder.connect, target_session_attrs: 'primary' as const };
}

/** Fails unless the host is a primary. The first 8 hex digits in the name of a WAL file are the timeline. */
async function askForPrimary(url: string, timers: Timers) {
  const client = postgres(url, { max: 1, connect_timeout: 2, fetch_types: false, onnotice: () => {} });
  const { host, port } = client.options;
  const [name, number] = [present(host[0]), present(port[0])];
  // Also limits the time for a host that stops answering after it has accepted the connection.
  const cancel = timers.after(askTimeoutMs, () => client.end({ timeout: 0 }));
  try {
    const [row] = await client`
      SELECT CASE WHEN NOT pg_is_in_recovery() THEN pg_walfile_name(pg_current_wal_lsn()) END AS file`;
    if (row?.file == null) throw new Error(`${name}:${number} is a standby`);
    return { host: name, port: number, timeline: Number.parseInt(String(row.file).slice(0, 8), 16) };
  } finally {
    cancel();
    await client.end({ timeout: 0 });
  }
}

/** Runs one statement. Statements with parameters are prepared once per connection. */
export function query(client: Client, sql: string, parameters: readonly SqlValue[] = []) {
  return client.unsafe<RawRow[]>(sql, [...parameters], { prepare: parameters.length > 0 }).execute();
}
