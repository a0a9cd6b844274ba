/**
 * Changes that other processes make to rows that this process caches. NOTIFY, in the transaction that changes them,
 * announces the number of its row of the event log, which names what changed. Heartbeats use the same connection, on a channel of this process: when one comes back, every change that was
 * committed before it was sent has been delivered. When a connection was lost, any cached data may have changed.
 */
import type { CachedChange } from '../cached-changes.ts';
import { type Client, createClient, type Database, query } from './client.ts';
import { Connection, type Statement } from './connection.ts';

const channel = 'bursar_changed';

/** Changes may have been missed. */
export type Missed = 'missed';

export type FeedEvents = {
  /** Called with the number of a row of the event log. */
  readonly onChanged: (seq: number | Missed) => void;
  /** Called when a heartbeat comes back, with the time that was passed to `beat`. */
  readonly onBeat: (sentMs: number) => void;
};

/** The name identifies the connection in `pg_stat_activity`. */
const listenerSession = { application_name: 'bursar changes' };
/** A heartbeat need not be synced to disk. */
const senderSession = { synchronous_commit: 'off' };
const sendTimeoutMs = 1000;

export class ChangeFeed {
  readonly #database: Database;
  /** Identifies this process, so that it ignores its own announcements. */
  readonly #origin: string;
  readonly #beatChannel: string;
  readonly #sender: Connection;
  #client: Client | undefined;
  #events: FeedEvents | undefined;
  #isListening = false;
  #attempt: Promise<void> | undefined;

  constructor(database: Database, origin: string) {
    this.#database = database;
    this.#origin = origin;
    this.#beatChannel = `bursar_beat_${origin}`;
    this.#sender = new Connection({ database, session: senderSession, answerMs: sendTimeoutMs });
  }

  async listen(events: FeedEvents): Promise<void> {
    this.#client = this.#connect();
    await this.#listenOn(this.#client);
    this.#events = events;
  }

  /** Listens again if the connection was lost. After a failure, the next call tries again. */
  keepListening(): void {
    const client = this.#client;
    if (client === undefined || this.#events === undefined || this.#isListening) return;
    this.#attempt ??= this.#listenOn(client)
      .then(() => this.#events?.onChanged('missed'))
      .catch(() => {})
      .finally(() => {
        this.#attempt = undefined;
      });
  }

  /** Replaces a connection that delivers nothing. */
  renew(): void {
    const former = this.#client;
    if (former === undefined) return;
    this.#client = this.#connect();
    this.#isListening = false;
    void former.end({ timeout: 0 });
  }

  /** @returns statements to run in the transaction that makes the changes, after it has written the event log. */
  announce(named: readonly CachedChange[]): readonly Statement[] {
    if (named.length === 0) return [];
    const sql = `SELECT pg_notify('${channel}', $1 || ' ' || currval('event_log_seq_seq'))`;
    return [{ sql, parameters: [this.#origin] }];
  }

  /** Sends a heartbeat; errors are ignored, because a missing heartbeat is noticed anyway. */
  beat(sentMs: number): void {
    if (this.#sender.load > 0) return;
    const parameters = [this.#beatChannel, String(sentMs)];
    this.#sender.run([{ sql: 'SELECT pg_notify($1, $2)', parameters }]).catch(() => {});
  }

  async close(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    await Promise.all([client?.end({ timeout: 1 }), this.#sender.close()]);
  }

  #connect(): Client {
    const client = createClient(this.#database, {
      max: 1,
      session: listenerSession,
      onNotify: (name, payload) => {
        if (client === this.#client) this.#receive(name, payload);
      },
      onClosed: () => {
        if (client !== this.#client) return;
        this.#isListening = false;
        this.keepListening();
      },
    });
    return client;
  }

  /** Both channels in one message, so that heartbeats never arrive without changes. */
  async #listenOn(client: Client): Promise<void> {
    await query(client, `LISTEN ${channel}; LISTEN ${this.#beatChannel}`);
    if (client === this.#client) this.#isListening = true;
  }

  #receive(name: string, payload: string): void {
    if (name === this.#beatChannel) {
      this.#events?.onBeat(Number(payload));
      return;
    }
    const [origin, seq] = payload.split(' ');
    if (origin !== this.#origin) this.#events?.onChanged(Number(seq));
  }
}
