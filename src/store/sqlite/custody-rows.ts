/**
 * The custody rows as the current transaction sees them. The rows of an asset are read once per batch and written once
 * before COMMIT, however many claims of the batch change them. The owner must clear this cache after every rollback and
 * when another connection has written.
 */
import type { Lookup, Write } from '../port.ts';
import type { Row } from '../tables.ts';

type Custody = Row<'custody'>;
/** `stored`: whether the row exists in the database, possibly with other values. */
type Entry = { row: Custody; readonly stored: boolean; changed: boolean };

export class CustodyRows {
  readonly #byAsset = new Map<string, Map<string, Entry>>();
  #changed = false;

  /** @param read reads the rows from the database if they are not cached. */
  find(lookup: Lookup<'custody'>, read: () => readonly Custody[]): readonly Custody[] {
    const { asset } = lookup.where;
    if (asset === undefined || Object.keys(lookup.where).length !== 1)
      throw new Error('custody can only be looked up by asset');
    let entries = this.#byAsset.get(asset);
    if (entries === undefined) {
      entries = new Map(read().map((row) => [row.network, { row, stored: true, changed: false }]));
      this.#byAsset.set(asset, entries);
    }
    return [...entries.values()].map(({ row }) => row);
  }

  /** @returns whether the write was deferred until `flush`; otherwise the caller must apply it immediately. */
  keep(write: Write): boolean {
    if ('insert' in write && write.insert === 'custody') return this.#insert(write.row);
    if ('update' in write && write.update === 'custody') return this.#update(write.key, write.set);
    return false;
  }

  /** Applies the deferred writes. */
  flush(apply: (write: Write) => void): void {
    if (!this.#changed) return;
    this.#changed = false;
    for (const entries of this.#byAsset.values()) {
      for (const [network, entry] of entries) {
        if (!entry.changed) continue;
        apply(writeOf(entry));
        entries.set(network, { row: entry.row, stored: true, changed: false });
      }
    }
  }

  clear(): void {
    this.#byAsset.clear();
    this.#changed = false;
  }

  #insert(row: Custody): boolean {
    const entries = this.#byAsset.get(row.asset);
    if (entries === undefined || entries.has(row.network)) return false;
    entries.set(row.network, { row, stored: false, changed: true });
    this.#changed = true;
    return true;
  }

  #update({ asset = '', network = '' }: Partial<Custody>, set: Partial<Custody>): boolean {
    const entry = this.#byAsset.get(asset)?.get(network);
    if (entry === undefined) return false;
    entry.row = { ...entry.row, ...set };
    entry.changed = true;
    this.#changed = true;
    return true;
  }
}

function writeOf({ row, stored }: Entry): Write {
  const { asset, network, available, waiting } = row;
  return stored
    ? { update: 'custody', key: { asset, network }, set: { available, waiting } }
    : { insert: 'custody', row };
}
