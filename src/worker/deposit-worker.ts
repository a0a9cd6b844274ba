/**
 * Watches the chains for transactions to our addresses and follows their confirmations: pending, credited, free.
 *
 * A transaction is observed as long as it waits for its block, so one that arrived while the exchange was down, or just
 * before it fell, is taken note of when it is up again; observing it twice is one deposit.
 */
import type { Chain, IncomingTransaction } from '../chain/port.ts';
import type { ObservedTransaction } from '../command/deposit-observe.ts';
import type { Commands } from '../command/registry.ts';
import { comparableAddress } from '../domain/address.ts';
import type { Catalog } from '../domain/catalog.ts';
import { depositAddressAt } from '../store/lookups.ts';
import type { Reads } from '../store/reads.ts';
import type { Row } from '../store/tables.ts';

const pageSize = 256;

export type DepositWorkerParts = {
  readonly reads: Reads;
  readonly commands: Commands;
  readonly chain: Chain;
  readonly catalog: () => Catalog;
};

export class DepositWorker {
  readonly #parts: DepositWorkerParts;

  constructor(parts: DepositWorkerParts) {
    this.#parts = parts;
  }

  /** Takes note of what waits for a block and is ours. */
  async observeWaiting(network: string): Promise<void> {
    const { chain, catalog, reads, commands } = this.#parts;
    for (const transaction of await chain.incomingWaiting(network)) {
      const owner = await ownerOf(reads, catalog(), transaction);
      if (owner !== undefined) await commands.submit('observeDeposit', observationOf(catalog(), transaction));
    }
  }

  /** Looks at every deposit of the network that is not yet free. */
  async followConfirmations(network: string): Promise<void> {
    for (let after = 0; ; ) {
      const rows = await this.#parts.reads.depositsInProgress(network, after, pageSize);
      await this.#confirm(network, rows);
      const last = rows.at(-1);
      if (last === undefined || rows.length < pageSize) return;
      after = last.seq;
    }
  }

  async #confirm(network: string, rows: readonly Row<'deposits'>[]): Promise<void> {
    const states = await this.#parts.chain.find(
      network,
      rows.map((row) => row.tx_id),
    );
    await Promise.all(
      rows.map((row, index) => {
        const state = states[index];
        if (state?.state !== 'confirmed' || state.confirmations === row.confirmations) return undefined;
        return this.#parts.commands.submit('confirmDeposit', {
          id: row.id,
          confirmations: state.confirmations,
        });
      }),
    );
  }
}

export function observationOf(catalog: Catalog, transaction: IncomingTransaction): ObservedTransaction {
  const { network, txId, address, addressTag, asset, amount } = transaction;
  const way = catalog.assets.get(asset)?.networks.find((each) => each.network === network);
  const addressKey = way ? comparableAddress(way.addressFormat, address) : address;
  return { network, txId, addressKey, addressTag, asset, amount };
}

/** The address of ours that a transaction pays to, issued for the asset that it pays. */
export async function ownerOf(
  reads: Reads,
  catalog: Catalog,
  transaction: IncomingTransaction,
): Promise<Row<'deposit_addresses'> | undefined> {
  const { network, addressKey, addressTag, asset } = observationOf(catalog, transaction);
  const row = await reads.row('deposit_addresses', depositAddressAt(network, addressKey, addressTag).where);
  return row?.asset === asset ? row : undefined;
}
