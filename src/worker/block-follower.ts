/**
 * Follows the blocks of the networks: settles withdrawals and credits deposits that they have confirmed, then moves the
 * network's cursor. The cursor is stored, so that a new process continues where the previous one stopped. It moves only
 * after everything up to it has been scanned and recorded.
 */
import type { ChainControl } from '../chain/port.ts';
import type { CursorMove } from '../command/chain/chain-cursor-move.ts';
import type { DepositWorker } from './deposit-worker.ts';
import { ForgottenWithdrawals } from './forgotten-withdrawals.ts';
import { findQuietNetworks, type QuietNetwork } from './quiet-networks.ts';
import type { WithdrawalWorker } from './withdrawal-worker.ts';
import type { WorkerParts } from './worker-parts.ts';

/**
 * The cursor passes up to this many blocks without deposits and withdrawals at a time, so that most blocks cause no
 * write. Scanning them again is cheap.
 */
const maxEmptyBlocks = 100;

type Parts = Pick<WorkerParts, 'reads' | 'commands' | 'chains' | 'catalog' | 'yieldNow' | 'stopping'> & {
  readonly control: Pick<ChainControl, 'quietSince'>;
  readonly withdrawals: Pick<WithdrawalWorker, 'settleConfirmed'>;
  readonly deposits: Pick<DepositWorker, 'followBlocks' | 'recheckAbove'>;
};

export class BlockFollower {
  readonly #parts: Parts;
  readonly #forgotten: ForgottenWithdrawals;
  /** The networks whose completed withdrawals this process has looked at. */
  readonly #looked = new Set<string>();

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#forgotten = new ForgottenWithdrawals(parts);
  }

  async follow(network: string): Promise<void> {
    await this.move([await this.scan(network)]);
  }

  /** @param networks whose nodes answer. @returns those that need no scan. */
  async findQuiet(networks: Iterable<string>): Promise<ReadonlyMap<string, QuietNetwork>> {
    const looked = [...networks].filter((network) => this.#looked.has(network));
    if (looked.length === 0) return new Map();
    const depths = new Map(looked.map((network) => [network, this.#depthsOf(network)]));
    return findQuietNetworks(this.#parts, depths);
  }

  /** @returns how to move the cursor of a quiet network; undefined if it stays. */
  moveOfQuiet({ cursor, position: { position, height } }: QuietNetwork): CursorMove | undefined {
    if (height - cursor.height < maxEmptyBlocks) return undefined;
    return { from: cursor.position, to: { ...cursor, height, position } };
  }

  /** @returns how to move the cursor; undefined if it stays. */
  async scan(network: string): Promise<CursorMove | undefined> {
    const { reads, chains, withdrawals, deposits } = this.#parts;
    const cursor = await reads.row('chain_cursors', { network });
    const { position, height, keptHeight } = await chains.of(network).positionSince(cursor?.position ?? null);
    const isReorganised = cursor !== undefined && keptHeight < cursor.height;
    const scanned = cursor && { ...cursor, height: Math.min(cursor.height, keptHeight) };
    const depths = this.#depthsOf(network);
    const to = { network, height, position, depths };
    const scannedHeight = scanned?.height ?? -1;
    if (isReorganised || !this.#looked.has(network)) {
      const after = isReorganised ? 'reorganised' : 'started';
      if (!(await this.#forgotten.sendAgain(network, scannedHeight, after))) return undefined;
      this.#looked.add(network);
    }
    // Not only after a reorganisation: a process may have credited deposits of later blocks and died before it stored the
    // cursor, and those blocks may have been reorganised away since.
    const isRechecked = await deposits.recheckAbove(network, scannedHeight);
    const outgoing = await withdrawals.settleConfirmed(to, scanned);
    const incoming = await deposits.followBlocks(network, scannedHeight);
    if (!isRechecked || !outgoing.complete || !incoming.complete) return undefined;
    const isDue =
      cursor === undefined ||
      isReorganised ||
      outgoing.found ||
      incoming.found ||
      height - cursor.height >= maxEmptyBlocks ||
      depths.join() !== cursor.depths.join();
    return isDue ? { from: cursor?.position ?? null, to } : undefined;
  }

  /** Moves the cursors in one commit. A cursor that could not be moved is moved after a later block. */
  async move(moves: readonly (CursorMove | undefined)[]): Promise<void> {
    const due = moves
      .filter((move) => move !== undefined)
      .sort((one, other) => (one.to.network < other.to.network ? -1 : 1));
    await Promise.all(due.map((move) => this.#parts.commands.submit('moveChainCursor', move)));
  }

  /** The distinct numbers of confirmations that assets require on a network, in order. */
  #depthsOf(network: string): readonly number[] {
    const networks = [...this.#parts.catalog().assets.values()].flatMap((asset) => asset.networks);
    const here = networks.filter((each) => each.network === network);
    return [...new Set(here.map((each) => each.minConfirm))].sort((a, b) => a - b);
  }
}
