/**
 * Connections to PostgreSQL. Numbers come back exactly: `bigint` columns as numbers (ids and times are below 2^53),
 * `numeric` ones as BigInt; everything else as the text that was sent.
 */
import postgres from 'postgres';

export type SqlValue = string | number | null;
export type RawRow = Record<string, unknown>;
type ClientSettings = {
  readonly max: number;
  /** Server settings of each session. */
  readonly session?: Readonly<Record<string, string | number>>;
  readonly onClosed?: () => void;
};

const types = {
  bigint: { to: 20, from: [20], serialize: String, parse: Number },
  numeric: { to: 1700, from: [1700], serialize: String, parse: BigInt },
  boolean: { to: 16, from: [16], serialize: String, parse: (text: string) => text === 't' },
};

export type Client = ReturnType<typeof createClient>;

export function createClient(url: string, { max, session = {}, onClosed }: ClientSettings) {
  return postgres(url, {
    max,
    types,
    fetch_types: false,
    // A connection ends when it breaks, never in the middle of something because of its age.
    max_lifetime: null,
    connect_timeout: 5,
    backoff: () => 0.05 + Math.random() / 10,
    connection: { application_name: 'bursar', ...session },
    onnotice: () => {},
    ...(onClosed && { onclose: onClosed }),
  });
}

/** Runs one statement. Statements with parameters are prepared once for each connection. */
export function query(client: Client, sql: string, parameters: readonly SqlValue[] = []) {
  return client.unsafe<RawRow[]>(sql, [...parameters], { prepare: parameters.length > 0 }).execute();
}
