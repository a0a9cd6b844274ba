/** Positions on a simulated chain: the height, and how many reorganisations there had been. */
import type { ChainPosition } from '../port.ts';

/** A reorganisation, counted from 1, and the height that it left. */
export type Reorganisation = { readonly number: number; readonly height: number };

export function positionSince(
  position: string | null,
  height: number,
  reorganisations: readonly Reorganisation[],
): ChainPosition {
  const count = Math.max(0, ...reorganisations.map(({ number }) => number));
  const [earlierHeight = 0, earlierCount = 0] = position?.split(' ').map(Number) ?? [];
  const since = reorganisations.filter(({ number }) => number > earlierCount);
  // More reorganisations than there were: the chain is not the one of that position.
  const isOther = earlierCount > count;
  const keptHeight = isOther ? 0 : Math.min(earlierHeight, height, ...since.map((each) => each.height));
  return { position: `${height} ${count}`, height, keptHeight };
}
