/** Makes the blocks of the simulated chains and processes their effects. */
import type { ChainControl, ChainSwitches } from '../chain/port.ts';
import type { Catalog } from '../domain/catalog/catalog.ts';
import type { BlockFollower } from '../worker/block-follower.ts';
import { FirstFailure } from '../worker/first-failure.ts';

export type BlockMakerParts = {
  readonly control: Pick<ChainControl, 'mineAll' | 'allSwitches'>;
  readonly follower: Pick<BlockFollower, 'findQuiet' | 'moveOfQuiet' | 'scan' | 'move'>;
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
    const { control, follower, lab, stopping } = this.#parts;
    const switches = lab ? await control.allSwitches() : new Map<string, ChainSwitches>();
    const made = new Map([...counts].filter(([network]) => switches.get(network)?.auto ?? true));
    if (made.size > 0) await control.mineAll(made);
    const reached = [...counts.keys()].filter((network) => (switches.get(network)?.node ?? 'up') === 'up');
    const quiet = await follower.findQuiet(reached);
    const moves = [...quiet.values()].map((each) => follower.moveOfQuiet(each));
    // A node that fails does not stop the scan of other networks.
    const failures = new FirstFailure();
    for (const network of counts.keys()) {
      if (stopping.aborted) return;
      if (quiet.has(network)) continue;
      await failures.run(async () => void moves.push(await follower.scan(network)));
    }
    await follower.move(moves);
    failures.rethrow();
  }
}

/** The networks that have blocks: those that are simulated. In a fixed order, so that equal worlds do equal things. */
export function networksOf({ assets, connectors }: Catalog): ReadonlySet<string> {
  const named = [...assets.values()].flatMap((asset) => asset.networks.map((each) => each.network));
  return new Set(named.filter((network) => connectors.get(network) === 'simulated').sort());
}
