/**
 * The blocks that a leap of the world's time passes. A network on which something is under way gets its blocks one by
 * one, each at its time; the others get theirs together afterwards, so that an idle year costs one commit for each
 * network. Block times are the multiples of the block time.
 */
import { tickAfter } from './tick-after.ts';

export type DueBlocksParts = {
  /** ms of world time; greater than 0. */
  readonly blockMs: number;
  readonly networks: () => Iterable<string>;
  /** The networks with deposits or withdrawals that wait for blocks. */
  readonly networksUnderWay: () => Promise<ReadonlySet<string>>;
  /** The networks that make no blocks by themselves. */
  readonly stoppedNetworks: () => Promise<ReadonlySet<string>>;
  /** The networks under way on which blocks change something although nobody intervenes. */
  readonly movingNetworks: () => Promise<ReadonlySet<string>>;
  /** After this many blocks without a change of the store, further ones change nothing either. */
  readonly quietAfter: () => number;
  /** Mines blocks, by network, and processes their effects. */
  readonly mine: (counts: ReadonlyMap<string, number>) => Promise<void>;
};

type DueBlock = { readonly at: number; readonly id: string; readonly isSilent?: true };

export class DueBlocks {
  readonly #parts: DueBlocksParts;
  /** World time up to which the blocks of a network are mined. */
  readonly #minedUntil = new Map<string, number>();
  #sinceChange = 0;

  constructor(parts: DueBlocksParts) {
    this.#parts = parts;
  }

  /** Blocks that were due before this time are not mined later. */
  begin(nowMs: number): void {
    this.#minedUntil.clear();
    for (const network of this.#parts.networks()) this.#minedUntil.set(network, nowMs);
    this.#sinceChange = 0;
  }

  /** To be called after each commit. */
  noteChange(): void {
    this.#sinceChange = 0;
  }

  /**
   * @returns when the next block is due, and on which networks; undefined if none would change anything. Networks that
   * make no blocks are looked at then too, silently, because somebody may have mined or replaced some.
   */
  async dueAt(nowMs: number): Promise<DueBlock | undefined> {
    const { networksUnderWay, stoppedNetworks, quietAfter } = this.#parts;
    if (this.#sinceChange >= quietAfter()) return undefined;
    const networks = await networksUnderWay();
    if (networks.size === 0) return undefined;
    const making = networks.difference(await stoppedNetworks());
    return making.size > 0 ? this.#dueOn(making, nowMs) : { ...this.#dueOn(networks, nowMs), isSilent: true };
  }

  /** The same without networks on which everything waits for an instruction. */
  async changeAt(nowMs: number): Promise<DueBlock | undefined> {
    const networks = await this.#parts.movingNetworks();
    return networks.size === 0 ? undefined : this.#dueOn(networks, nowMs);
  }

  /** Mines the blocks of the networks on which something is under way. */
  async run(nowMs: number): Promise<void> {
    const underWay = await this.#parts.networksUnderWay();
    this.#sinceChange += 1;
    await this.#mine(nowMs, (network) => underWay.has(network));
  }

  /** Mines the blocks that are missing on any network. */
  catchUp(nowMs: number): Promise<void> {
    return this.#mine(nowMs, () => true);
  }

  #dueOn(networks: ReadonlySet<string>, nowMs: number): DueBlock {
    return { at: tickAfter(nowMs, this.#parts.blockMs), id: [...networks].sort().join(' ') };
  }

  async #mine(nowMs: number, isMeant: (network: string) => boolean): Promise<void> {
    const counts = new Map<string, number>();
    for (const [network, untilMs] of this.#minedUntil) {
      const count = this.#blocksUntil(nowMs) - this.#blocksUntil(untilMs);
      if (!isMeant(network) || count <= 0) continue;
      counts.set(network, count);
      this.#minedUntil.set(network, nowMs);
    }
    if (counts.size > 0) await this.#parts.mine(counts);
  }

  #blocksUntil(worldMs: number): number {
    return Math.floor(worldMs / this.#parts.blockMs);
  }
}
