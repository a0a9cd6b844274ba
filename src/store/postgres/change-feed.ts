/**
 * What other processes change of what is kept in memory here: told by NOTIFY within the transaction that changes it.
 * After a lost connection everything may have changed.
 */
import type { TableName } from '../tables.ts';
import { type Client, createClient } from './client.ts';
import type { Statement } from './connection.ts';

const channel = 'bursar_changed';

/** The tables that processes keep in memory. */
const announced: ReadonlySet<TableName> = new Set<TableName>([
  'assets',
  'prices',
  'symbols',
  'settings',
  'api_keys',
  'accounts',
  'bans',
]);

export class ChangeFeed {
  readonly #client: Client;
  /** So that a process does not listen to itself. */
  readonly #origin: string;

  constructor(url: string, origin: string) {
    this.#client = createClient(url, { max: 1 });
    this.#origin = origin;
  }

  async listen(onChanged: (changed: ReadonlySet<TableName>) => void): Promise<void> {
    let isFirst = true;
    await this.#client.listen(
      channel,
      (payload) => {
        const [origin, tables = ''] = payload.split(' ');
        if (origin !== this.#origin) onChanged(new Set(tables.split(',') as TableName[]));
      },
      () => {
        if (!isFirst) onChanged(announced);
        isFirst = false;
      },
    );
  }

  /** Goes with the transaction that changes the tables. */
  announce(changed: ReadonlySet<TableName>): readonly Statement[] {
    const tables = [...changed].filter((table) => announced.has(table));
    if (tables.length === 0) return [];
    return [{ sql: `SELECT pg_notify('${channel}', $1)`, parameters: [`${this.#origin} ${tables.join()}`] }];
  }

  async close(): Promise<void> {
    await this.#client.end({ timeout: 1 });
  }
}
