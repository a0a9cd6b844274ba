/** What the exchange holds of one asset on each network, and how other networks help out one that is short. */
export type Holding = {
  readonly network: string;
  /** Units that no broadcast withdrawal has taken. */
  readonly available: bigint;
};

/** So many units are moved from this network. */
export type RebalanceMove = { readonly from: string; readonly units: bigint };

/**
 * What to move so that a network has so many units available: the most from where there is most, so that the moves are
 * few. @returns no moves where it has them already; undefined where all networks together do not.
 */
export function planRebalance(
  holdings: readonly Holding[],
  network: string,
  units: bigint,
): readonly RebalanceMove[] | undefined {
  let missing = units - (holdings.find((holding) => holding.network === network)?.available ?? 0n);
  const moves: RebalanceMove[] = [];
  const others = holdings.filter((holding) => holding.network !== network).sort(byAvailable);
  for (const { network: from, available } of others) {
    if (missing <= 0n || available === 0n) break;
    const moved = available < missing ? available : missing;
    moves.push({ from, units: moved });
    missing -= moved;
  }
  return missing <= 0n ? moves : undefined;
}

function byAvailable(a: Holding, b: Holding): number {
  if (a.available !== b.available) return a.available > b.available ? -1 : 1;
  return a.network < b.network ? -1 : 1;
}
