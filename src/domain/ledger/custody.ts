/** The exchange's holdings of one asset on each network, and the moves that cover a shortfall on one of them. */
export type Holding = {
  readonly network: string;
  /** Units not yet taken by a broadcast withdrawal. */
  readonly available: bigint;
};

/** Moves this many units away from the network `from`. */
export type RebalanceMove = { readonly from: string; readonly units: bigint };

/**
 * Plans the moves that make `units` available on a network. Takes from the largest holdings first, to need few moves.
 * @returns no moves if the network has enough; undefined if all networks together do not.
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
