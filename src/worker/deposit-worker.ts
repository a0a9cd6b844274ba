/**
 * Watches the chains for outputs to our addresses and follows their confirmations.
 *
 * An output is looked at as long as it waits for its block, and once more when it is in one. The cursor says which blocks
 * have been looked through, so an output that arrived while the exchange was down, or just before it fell, is recorded
 * when it is up again; observing it twice is one deposit.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { Chains, IncomingOutput } from '../chain/port.ts';
import type { Commands } from '../command/registry.ts';
import type { Catalog } from '../domain/catalog/catalog.ts';
import { depositOfOutput } from '../store/lookups.ts';
import type { Reads } from '../store/reads.ts';
import type { Row } from '../store/tables.ts';
import { observe } from './deposit-observation.ts';
import { commandsOfPage, forEachPage } from './pages.ts';
import type { Scan } from './scan.ts';

/** Outputs that are looked at before others run. */
const outputsAtOnce = 32;

export type DepositWorkerParts = {
  readonly reads: Reads;
  readonly commands: Commands;
  readonly chains: Chains;
  readonly catalog: () => Catalog;
  /** How many deposits to take up at a time. */
  readonly pageSize: () => number;
  /** Once aborted, no further page is begun. */
  readonly stopping: AbortSignal;
};

export class DepositWorker {
  readonly #parts: DepositWorkerParts;

  constructor(parts: DepositWorkerParts) {
    this.#parts = parts;
  }

  /**
   * Records what is new on the chain after a height, and looks at every deposit of the network that is not yet free.
   * @param scannedHeight -1 if nothing has been looked through.
   */
  async followBlocks(network: string, scannedHeight: number): Promise<Scan> {
    const scan = await this.#recordIncoming(network, scannedHeight);
    await this.#followConfirmations(network);
    return scan;
  }

  async #recordIncoming(network: string, scannedHeight: number): Promise<Scan> {
    const { chains, stopping } = this.#parts;
    const incoming = await chains.of(network).incomingFrom(scannedHeight + 1);
    let complete = true;
    for (const [index, output] of incoming.entries()) {
      complete = (await this.#record(output)) && complete;
      if (index % outputsAtOnce === outputsAtOnce - 1) await turn();
      if (stopping.aborted) return { complete: false, found: true };
    }
    return { complete, found: incoming.length > 0 };
  }

  /** @returns false when it could not be written down. */
  async #record(output: IncomingOutput): Promise<boolean> {
    const { catalog, reads, commands } = this.#parts;
    const observation = await observe(reads, catalog(), output);
    if (observation === undefined) return true;
    const { network, txId, outputIndex, asset } = observation;
    // Most have been recorded before: a read is cheaper than a command that changes nothing.
    const { where } = depositOfOutput(network, txId, outputIndex, asset);
    if ((await reads.row('deposits', where)) !== undefined) return true;
    return !('fault' in (await commands.submit('observeDeposit', observation)));
  }

  #followConfirmations(network: string): Promise<void> {
    const { reads, pageSize, stopping } = this.#parts;
    const handle = async (after: number, limit: number) => {
      const rows = await reads.depositsInProgress(network, after, limit);
      await this.#confirm(network, rows);
      return rows;
    };
    return forEachPage({ size: pageSize, handle, stopping });
  }

  async #confirm(network: string, rows: readonly Row<'deposits'>[]): Promise<void> {
    const states = await this.#parts.chains
      .of(network)
      .findIncoming(rows.map((row) => ({ txId: row.txId, outputIndex: row.outputIndex, asset: row.asset })));
    const changes = rows.flatMap(({ id, confirmations }, index) => {
      const state = states[index];
      const changed = state?.state === 'confirmed' && state.confirmations !== confirmations;
      return changed ? [{ id, confirmations: state.confirmations }] : [];
    });
    await commandsOfPage(changes.map((change) => this.#parts.commands.submit('confirmDeposit', change)));
  }
}
