/**
 * Records outputs to addresses of this exchange as deposits and follows their confirmations.
 *
 * An output is checked in each run until its block is mined, and once more then. The network's cursor says which blocks
 * have been scanned, so outputs that arrived while the exchange was down, or just before it crashed, are recorded after
 * the next start. An output that is observed again is still one deposit.
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

/** Number of outputs that are checked before other work may run. */
const outputsAtOnce = 32;

export type DepositWorkerParts = {
  readonly reads: Reads;
  readonly commands: Commands;
  readonly chains: Chains;
  readonly catalog: () => Catalog;
  /** Number of deposits per page. */
  readonly pageSize: () => number;
  /** Once aborted, no further page is started. */
  readonly stopping: AbortSignal;
};

export class DepositWorker {
  readonly #parts: DepositWorkerParts;

  constructor(parts: DepositWorkerParts) {
    this.#parts = parts;
  }

  /**
   * Records outputs in blocks above a height and updates the confirmations of the network's deposits in progress.
   * @param scannedHeight the last scanned block; -1 if there is none.
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

  /** @returns false if the output could not be recorded. */
  async #record(output: IncomingOutput): Promise<boolean> {
    const { catalog, reads, commands } = this.#parts;
    const observation = await observe(reads, catalog(), output);
    if (observation === undefined) return true;
    const { network, txId, outputIndex, asset } = observation;
    // Most outputs are recorded already, and a read is cheaper than a command that changes nothing.
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
