/**
 * Recomputes custody: the holdings of each asset on each network according to the transfers, and the amounts taken by
 * broadcast withdrawals, to compare them with the stored available amounts.
 */
import type { WithdrawalStage } from '../contract/withdrawal-stages.ts';
import type { Row } from '../store/tables.ts';

/** One asset on one network. */
export type RecomputedPlace = {
  readonly asset: string;
  readonly network: string;
  /** According to the transfers. */
  held: bigint;
  /** Net amounts of withdrawals that were claimed or sent, which leave custody once the chain confirms them. */
  reserved: bigint;
  /** Number of withdrawals that wait for liquidity. */
  waiting: number;
  /** The stored value. */
  available: bigint;
};

/** A stored custody row that differs from the recomputed one. */
export type CustodyMismatch = {
  readonly place: RecomputedPlace;
  readonly check: 'custody' | 'waiting';
  readonly expected: bigint;
  readonly found: bigint;
};

/** From the claim on, until the chain confirms it. */
export const takesCustody: ReadonlySet<WithdrawalStage> = new Set(['claimed', 'unknown', 'broadcast']);

export class RecomputedCustody {
  readonly #places = new Map<string, RecomputedPlace>();

  /** @param change of the ledger account, whose balance decreases with incoming coins. */
  move(asset: string, network: string, change: bigint): void {
    this.#place(asset, network).held -= change;
  }

  addOpenWithdrawal({ asset, network, amount, fee, stage, waitingFor }: Row<'withdrawals'>): void {
    if (takesCustody.has(stage)) this.#place(asset, network).reserved += amount - fee;
    if (waitingFor === 'liquidity') this.#place(asset, network).waiting += 1;
  }

  compare(rows: readonly Row<'custody'>[]): readonly CustodyMismatch[] {
    const waiting = new Map<RecomputedPlace, number>();
    for (const row of rows) {
      const place = this.#place(row.asset, row.network);
      place.available = row.available;
      waiting.set(place, row.waiting);
    }
    return [...this.#places.values()].flatMap((place) => mismatchesOf(place, waiting.get(place) ?? 0));
  }

  placesOf(asset: string): readonly RecomputedPlace[] {
    return [...this.#places.values()]
      .filter((place) => place.asset === asset)
      .sort((a, b) => (a.network < b.network ? -1 : 1));
  }

  #place(asset: string, network: string): RecomputedPlace {
    const key = `${asset} ${network}`;
    let place = this.#places.get(key);
    if (place === undefined) {
      place = { asset, network, held: 0n, reserved: 0n, waiting: 0, available: 0n };
      this.#places.set(key, place);
    }
    return place;
  }
}

function mismatchesOf(place: RecomputedPlace, storedWaiting: number): readonly CustodyMismatch[] {
  const { held, reserved, available, waiting } = place;
  return [
    { place, check: 'custody' as const, expected: held - reserved, found: available },
    { place, check: 'waiting' as const, expected: BigInt(waiting), found: BigInt(storedWaiting) },
  ].filter(({ expected, found }) => expected !== found);
}
