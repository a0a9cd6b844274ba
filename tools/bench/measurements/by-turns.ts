/** Two sides of one measurement by turns, because the speed of a shared host varies. */
import { median } from '../statistics.ts';
import type { Table } from '../table.ts';

/** Measured in each turn, in pairs: the sides alternate in going first. */
export type Turns = { readonly plain: readonly number[]; readonly other: readonly number[] };

export async function byTurns(
  turns: number,
  measure: (side: keyof Turns, turn: number) => Promise<number>,
): Promise<Turns> {
  const measured = { plain: [] as number[], other: [] as number[] };
  for (let turn = 0; turn < turns; turn += 1) {
    const order = turn % 2 === 0 ? (['plain', 'other'] as const) : (['other', 'plain'] as const);
    for (const side of order) measured[side].push(await measure(side, turn));
  }
  return measured;
}

/** @returns other ÷ plain: the median of the turns, and the range. */
export function ratioRows(name: string, { plain, other }: Turns): Table {
  const ratios = other.map((value, turn) => value / (plain[turn] as number));
  return {
    [`${name}, lowest`]: { relative: Math.min(...ratios) },
    [`${name}, median of ${ratios.length} turns`]: { relative: median(ratios) },
    [`${name}, highest`]: { relative: Math.max(...ratios) },
  };
}
