/**
 * Custody as one command reads and changes it: the available amount of an asset on a network, and the number of
 * withdrawals that wait for liquidity there.
 *
 * Invariant: the available amount is the balance of the ledger account less the net amounts of broadcast withdrawals,
 * and is never negative. A command that changes custody must prefetch `custodyOf` the asset.
 */
import { custodyOf } from '../../store/lookups.ts';
import type { Rows, Write } from '../../store/port.ts';
import type { Row } from '../../store/tables.ts';

/** An asset on a network. */
export type Place = Pick<Row<'custody'>, 'asset' | 'network'>;

type Entry = { row: Row<'custody'>; readonly stored: Row<'custody'> | undefined };

export class Custody {
  readonly #rows: Rows;
  readonly #byAsset = new Map<string, Map<string, Entry>>();

  constructor(rows: Rows) {
    this.#rows = rows;
  }

  /** Includes every network that ever held the asset. */
  holdings(asset: string): readonly Row<'custody'>[] {
    return [...this.#entries(asset).values()].map(({ row }) => row);
  }

  at(place: Place): Row<'custody'> {
    return this.#entry(place).row;
  }

  /** Changes the available amount by `units`, which may be negative. */
  add(place: Place, units: bigint): void {
    const { available } = this.at(place);
    if (available + units < 0n) throw new Error(`custody of ${place.asset} on ${place.network} is overdrawn`);
    this.#set(place, { available: available + units });
  }

  /** Changes the number of withdrawals that wait for liquidity. */
  countWaiting(place: Place, change: 1 | -1): void {
    this.#set(place, { waiting: this.at(place).waiting + change });
  }

  writes(): Write[] {
    return [...this.#byAsset.values()].flatMap((entries) => [...entries.values()].flatMap(writeOf));
  }

  #set(place: Place, set: Partial<Row<'custody'>>): void {
    const entry = this.#entry(place);
    entry.row = { ...entry.row, ...set };
  }

  #entry({ asset, network }: Place): Entry {
    const entries = this.#entries(asset);
    let entry = entries.get(network);
    if (entry === undefined) {
      entry = { row: { asset, network, available: 0n, waiting: 0 }, stored: undefined };
      entries.set(network, entry);
    }
    return entry;
  }

  #entries(asset: string): Map<string, Entry> {
    let entries = this.#byAsset.get(asset);
    if (entries === undefined) {
      const rows = this.#rows.all(custodyOf(asset));
      entries = new Map(rows.map((row) => [row.network, { row, stored: row }]));
      this.#byAsset.set(asset, entries);
    }
    return entries;
  }
}

function writeOf({ row, stored }: Entry): Write[] {
  const { asset, network, available, waiting } = row;
  if (row === stored) return [];
  if (stored !== undefined)
    return [{ update: 'custody', key: { asset, network }, set: { available, waiting } }];
  return available === 0n && waiting === 0 ? [] : [{ insert: 'custody', row }];
}
