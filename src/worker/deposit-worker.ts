/**
 * Records outputs to addresses of this exchange as deposits and follows their confirmations.
 *
 * An output is checked in each run until its block is mined, and once more then. The network's cursor says which blocks
 * have been scanned, so outputs that arrived while the exchange was down, or just before it crashed, are recorded after
 * the next start. An output that is observed again is still one deposit.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { IncomingOutput } from '../chain/port.ts';
import { isReversible } from '../domain/deposit/deposit-stage.ts';
import { depositOfOutput } from '../store/lookups.ts';
import type { Row } from '../store/tables.ts';
import { observe } from './deposit-observation.ts';
import { commandsOfPage, forEachPage } from './pages.ts';
import type { Scan } from './scan.ts';
import type { WorkerParts } from './worker-parts.ts';

/** Number of outputs that are checked before other work may run. */
const outputsAtOnce = 32;

type Parts = Pick<WorkerParts, 'reads' | 'commands' | 'chains' | 'catalog' | 'pageSize' | 'stopping'>;

/** Equal chains are recorded in the same order, whatever order a connector answers in. */
function byKey(one: IncomingOutput, other: IncomingOutput): number {
  if (one.txId !== other.txId) return one.txId < other.txId ? -1 : 1;
  if (one.outputIndex !== other.outputIndex) return one.outputIndex - other.outputIndex;
  return one.asset < other.asset ? -1 : 1;
}

export class DepositWorker {
  readonly #parts: Parts;

  constructor(parts: Parts) {
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
    for (const [index, output] of incoming.toSorted(byKey).entries()) {
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
    const known = await reads.row('deposits', where);
    if (known !== undefined && known.stage !== 'vanished') return true;
    return !('fault' in (await commands.submit('observeDeposit', observation)));
  }

  async #followConfirmations(network: string): Promise<void> {
    const { reads } = this.#parts;
    await this.#confirmPages(network, (after, limit) => reads.depositsInProgress(network, after, limit));
    await this.#confirmPages(network, (after, limit) => reads.depositsReorganised(after, limit));
  }

  /** Checks again the deposits in blocks above a height: these may have been reorganised away. */
  async recheckAbove(network: string, height: number): Promise<boolean> {
    const { reads } = this.#parts;
    return this.#confirmPages(network, (after, limit) =>
      reads.depositsInBlocksAbove(network, height, after, limit),
    );
  }

  async #confirmPages(
    network: string,
    read: (after: number, limit: number) => Promise<readonly Row<'deposits'>[]>,
  ): Promise<boolean> {
    const { pageSize, stopping } = this.#parts;
    let complete = true;
    const handle = async (after: number, limit: number) => {
      const rows = await read(after, limit);
      const ofNetwork = rows.filter((row) => row.network === network);
      complete = (await this.#confirm(network, ofNetwork)) && complete;
      return rows;
    };
    await forEachPage({ size: pageSize, handle, stopping });
    return complete && !stopping.aborted;
  }

  /** The marked deposits whose credits cannot be taken back now, because custody lacks their amounts. */
  async #uncovered(rows: readonly Row<'deposits'>[]): Promise<ReadonlySet<Row<'deposits'>>> {
    const marked = rows.filter((row) => row.reorganisedAt !== null && row.blockHeight === null);
    if (marked.length === 0) return new Set();
    const custody = await this.#parts.reads.rows('custody', {});
    const isCovered = ({ asset, network, amount }: Row<'deposits'>) =>
      custody.some((held) => held.asset === asset && held.network === network && held.available >= amount);
    return new Set(marked.filter((row) => !isCovered(row)));
  }

  async #confirm(network: string, rows: readonly Row<'deposits'>[]): Promise<boolean> {
    const { chains, commands } = this.#parts;
    const uncovered = await this.#uncovered(rows);
    const states = await chains
      .of(network)
      .findIncoming(rows.map(({ txId, outputIndex, asset }) => ({ txId, outputIndex, asset })));
    return commandsOfPage(
      rows.flatMap((row, index) => {
        const state = states[index];
        if (state?.state === 'confirmed') {
          const { confirmations, height: blockHeight } = state;
          const isSame = confirmations === row.confirmations && blockHeight === row.blockHeight;
          return isSame
            ? []
            : [commands.submit('confirmDeposit', { id: row.id, confirmations, blockHeight })];
        }
        const waits = state?.state === 'pending';
        // A marked deposit without a block is lost already, unless its credit can be taken back. A deposit that is not
        // marked may wait for its first block.
        const isLost = row.reorganisedAt !== null && (!isReversible(row.stage) || uncovered.has(row));
        const isKnown = row.blockHeight === null && (waits || isLost);
        return !isKnown ? [commands.submit('reorganiseDeposit', { id: row.id, waits })] : [];
      }),
    );
  }
}
