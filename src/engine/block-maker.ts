/** Makes the blocks of the simulated chains and processes their effects. */
import type { ChainControl } from '../chain/port.ts';
import type { CursorMove } from '../command/chain/chain-cursor-move.ts';
import type { Catalog } from '../domain/catalog/catalog.ts';
import type { BlockFollower } from '../worker/block-follower.ts';
import { FirstFailure } from '../worker/first-failure.ts';

export type BlockMakerParts = {
  readonly control: Pick<ChainControl, 'mine' | 'switches'>;
  readonly follower: Pick<BlockFollower, 'scan' | 'move'>;
  readonly catalog: () => Catalog;
  /** Whether the lab may stop the blocks of a network. */
  readonly lab: boolean;
  readonly stopping: AbortSignal;
};

export class BlockMaker {
  readonly #parts: BlockMakerParts;

  constructor(parts: BlockMakerParts) {
    this.#parts = parts;
  }

  /** One block of each network. */
  mineAll(): Promise<void> {
    return this.mine(new Map([...networksOf(this.#parts.catalog())].map((network) => [network, 1])));
  }

  /** @param counts of blocks, by network. @throws the first error, after the other networks have their blocks. */
  async mine(counts: ReadonlyMap<string, number>): Promise<void> {
    const { control, follower, stopping } = this.#parts;
    const moves: (CursorMove | undefined)[] = [];
    // A node that fails does not stop the blocks of other networks.
    const failures = new FirstFailure();
    for (const [network, count] of counts) {
      if (stopping.aborted) return;
      await failures.run(async () => {
        if (await this.#hasBlocksMade(network)) await control.mine(network, count);
        moves.push(await follower.scan(network));
      });
    }
    await follower.move(moves);
    failures.rethrow();
  }

  async #hasBlocksMade(network: string): Promise<boolean> {
    const { lab, control } = this.#parts;
    return !lab || (await control.switches(network)).auto;
  }
}

/** The networks that have blocks: those that are simulated. */
export function networksOf({ assets, connectors }: Catalog): ReadonlySet<string> {
  const named = [...assets.values()].flatMap((asset) => asset.networks.map((each) => each.network));
  return new Set(named.filter((network) => connectors.get(network) === 'simulated'));
}
