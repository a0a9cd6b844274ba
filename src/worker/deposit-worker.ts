/**
 * Watches the chains for transactions to our addresses and follows their confirmations: pending, credited, free.
 *
 * A transaction is looked at as long as it waits for its block and once more when it is in one; after a start, all that
 * the chain has are looked at. So one that arrived while the exchange was down, or just before it fell, is taken note of
 * when it is up again; observing it twice is one deposit.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { Chain, IncomingTransaction } from '../chain/port.ts';
import type { ObservedTransaction } from '../command/deposit-observe.ts';
import type { Commands } from '../command/registry.ts';
import { addressKeyOf } from '../domain/address/address.ts';
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
  /** Height up to which all of a network's transactions were taken note of. */
  readonly #noted = new Map<string, number>();

  constructor(parts: DepositWorkerParts) {
    this.#parts = parts;
  }

  /** Takes note of what is new on the chain, and looks at every deposit of the network that is not yet free. */
  async followBlocks(network: string): Promise<void> {
    await this.#noteIncoming(network);
    await this.#followConfirmations(network);
  }

  async #noteIncoming(network: string): Promise<void> {
    const { chain } = this.#parts;
    const height = await chain.height(network);
    const incoming = await chain.incomingFrom(network, (this.#noted.get(network) ?? -1) + 1);
    let allNoted = true;
    for (const [index, transaction] of incoming.entries()) {
      allNoted = (await this.#note(transaction)) && allNoted;
      if (index % pageSize === pageSize - 1) await turn();
    }
    if (allNoted) this.#noted.set(network, height);
  }

  /** @returns false when it could not be written down. */
  async #note(transaction: IncomingTransaction): Promise<boolean> {
    const { catalog, reads, commands } = this.#parts;
    const owner = await ownerOf(reads, catalog(), transaction);
    if (owner === undefined) return true;
    const { network, txId: tx_id, asset, addressTag: address_tag } = transaction;
    const where = { network, tx_id, address: owner.address, address_tag, asset };
    if ((await reads.row('deposits', where)) !== undefined) return true;
    return !('fault' in (await commands.submit('observeDeposit', observationOf(catalog(), transaction))));
  }

  async #followConfirmations(network: string): Promise<void> {
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
  const addressKey = way ? addressKeyOf(way, address) : address;
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
