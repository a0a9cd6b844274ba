/**
 * What other processes change of what is kept in memory here: announced by NOTIFY within the transaction that changes
 * it. Heartbeats take the same way, on a channel of this process alone: one that comes back was delivered after every
 * change that was committed before it was sent. After a lost connection everything may have changed.
 */
import type { TableName } from '../tables.ts';
import { type Client, createClient, query } from './client.ts';
import { Connection, type Statement } from './connection.ts';

const channel = 'bursar_changed';

/** The tables that processes keep in memory. */
export const announced: ReadonlySet<TableName> = new Set<TableName>([
  'assets',
  'prices',
  'symbols',
  'settings',
  'api_keys',
  'accounts',
  'bans',
]);

export type FeedEvents = {
  readonly onChanged: (changed: ReadonlySet<TableName>) => void;
  /** Called with the time that was given to `beat`. */
  readonly onBeat: (sentMs: number) => void;
};

/** So that an operator finds it in `pg_stat_activity`. */
const listenerSession = { application_name: 'bursar changes' };
/** Nobody waits for a heartbeat to be on disk. */
const senderSession = { synchronous_commit: 'off' };
const sendPatienceMs = 1000;

export class ChangeFeed {
  readonly #url: string;
  /** So that a process does not listen to itself. */
  readonly #origin: string;
  readonly #beatChannel: string;
  readonly #sender: Connection;
  #client: Client | undefined;
  #events: FeedEvents | undefined;
  #isListening = false;
  #attempt: Promise<void> | undefined;

  constructor(url: string, origin: string) {
    this.#url = url;
    this.#origin = origin;
    this.#beatChannel = `bursar_beat_${origin}`;
    this.#sender = new Connection({ url, session: senderSession, answerMs: sendPatienceMs });
  }

  async listen(events: FeedEvents): Promise<void> {
    this.#client = this.#connect();
    await this.#listenOn(this.#client);
    this.#events = events;
  }

  /** Listens again where the connection was lost; failing that, the next call does. */
  keepListening(): void {
    const client = this.#client;
    if (client === undefined || this.#events === undefined || this.#isListening) return;
    this.#attempt ??= this.#listenOn(client)
      .then(() => this.#events?.onChanged(announced))
      .catch(() => {})
      .finally(() => {
        this.#attempt = undefined;
      });
  }

  /** Gives up a connection that does not deliver. */
  renew(): void {
    const former = this.#client;
    if (former === undefined) return;
    this.#client = this.#connect();
    this.#isListening = false;
    void former.end({ timeout: 0 });
  }

  /** Goes with the transaction that changes the tables. */
  announce(changed: ReadonlySet<TableName>): readonly Statement[] {
    const tables = [...changed].filter((table) => announced.has(table));
    if (tables.length === 0) return [];
    return [{ sql: `SELECT pg_notify('${channel}', $1)`, parameters: [`${this.#origin} ${tables.join()}`] }];
  }

  /** Sends a heartbeat; one that cannot be sent is missed. */
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
    const client = createClient(this.#url, {
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

  /** Both channels in one message: a heartbeat is never heard where changes are not. */
  async #listenOn(client: Client): Promise<void> {
    await query(client, `LISTEN ${channel}; LISTEN ${this.#beatChannel}`);
    if (client === this.#client) this.#isListening = true;
  }

  #receive(name: string, payload: string): void {
    if (name === this.#beatChannel) {
      this.#events?.onBeat(Number(payload));
      return;
    }
    const [origin, tables = ''] = payload.split(' ');
    if (origin !== this.#origin) this.#events?.onChanged(new Set(tables.split(',') as TableName[]));
  }
}
