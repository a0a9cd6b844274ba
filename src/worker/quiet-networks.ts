/**
 * Finds the networks whose new blocks concern no deposit and no withdrawal, with a few reads for all of them: most blocks
 * are such, and to scan each network takes a dozen reads.
 */
import type { ChainControl, ChainPosition } from '../chain/port.ts';
import type { Reads } from '../store/reads.ts';
import type { Row } from '../store/tables.ts';

type Cursor = Row<'chain_cursors'>;

export type QuietNetworkParts = {
  readonly reads: Pick<Reads, 'rows' | 'networksWithDepositsToFollow'>;
  readonly control: Pick<ChainControl, 'quietSince'>;
};

/** The cursor of a quiet network, and the present position of its chain. */
export type QuietNetwork = { readonly cursor: Cursor; readonly position: ChainPosition };

/**
 * @param depths the numbers of confirmations that assets require, by network. A network whose cursor has others is not
 *   quiet, because earlier blocks are to be searched for those.
 */
export async function findQuietNetworks(
  { reads, control }: QuietNetworkParts,
  depths: ReadonlyMap<string, readonly number[]>,
): Promise<ReadonlyMap<string, QuietNetwork>> {
  // Deposits are read before the chain: one that arrives in between is found there.
  const [cursors, busy] = await Promise.all([
    reads.rows('chain_cursors', {}),
    reads.networksWithDepositsToFollow(),
  ]);
  const isIdle = (cursor: Cursor) =>
    !busy.has(cursor.network) && depths.get(cursor.network)?.join() === cursor.depths.join();
  const idle = cursors.filter(isIdle);
  if (idle.length === 0) return new Map();
  const quiet = await control.quietSince(
    idle.map((cursor) => ({
      network: cursor.network,
      position: cursor.position,
      incomingFrom: cursor.height + 1,
      outgoingFrom: cursor.height - Math.max(0, ...cursor.depths) + 2,
    })),
  );
  const found = new Map<string, QuietNetwork>();
  for (const cursor of idle) {
    const position = quiet.get(cursor.network);
    // Otherwise blocks that were scanned have been reorganised away.
    if (position !== undefined && position.keptHeight >= cursor.height)
      found.set(cursor.network, { cursor, position });
  }
  return found;
}
