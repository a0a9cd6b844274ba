/** The books of one asset: what customers have, what the exchange keeps, and what is being withdrawn. */
import { type OpenStage, openStages } from '../contract/withdrawal-stages.ts';
import type { Reads } from '../store/reads.ts';
import type { Row } from '../store/tables.ts';
import { takesCustody } from './integrity-custody.ts';

/** Rows read at once, which takes about 2 ms. */
const pageSize = 500;

/** Totals of the withdrawals in one stage. */
export type StageTotal = { readonly stage: OpenStage; count: number; amount: bigint; oldest: number | null };

/** In units. */
export type AssetBooks = {
  readonly free: bigint;
  readonly held: bigint;
  readonly owed: bigint;
  /** Accounts with a balance that is not zero. */
  readonly holders: number;
  readonly reorganised: bigint;
  readonly places: readonly (Row<'custody'> & { readonly reserved: bigint })[];
  readonly stages: readonly StageTotal[];
};

/** @param reads must see one snapshot, so that the sums belong together. */
export async function readAssetBooks(reads: Reads, asset: string): Promise<AssetBooks> {
  const reserved = new Map<string, bigint>();
  const stages: StageTotal[] = [];
  for (const stage of openStages) stages.push(await readStage(reads, asset, stage, reserved));
  const custody = await reads.rows('custody', { asset });
  return {
    ...(await readBalances(reads, asset)),
    reorganised: await readReorganised(reads, asset),
    places: custody.map((row) => ({ ...row, reserved: reserved.get(row.network) ?? 0n })),
    stages,
  };
}

async function readBalances(reads: Pick<Reads, 'balancesOfAssetAfter'>, asset: string) {
  let [free, held, owed, holders] = [0n, 0n, 0n, 0];
  let holder = 0;
  for (let last = { accountId: -1, wallet: '' }; ; ) {
    const page = await reads.balancesOfAssetAfter(asset, last.accountId, last.wallet, pageSize);
    for (const row of page) {
      free += row.free;
      held += row.held;
      owed += row.owed;
      if (row.free + row.held === 0n || row.accountId === holder) continue;
      holder = row.accountId;
      holders += 1;
    }
    last = page.at(-1) ?? last;
    if (page.length < pageSize) return { free, held, owed, holders };
  }
}

async function readStage(
  reads: Pick<Reads, 'openWithdrawalsAfter'>,
  asset: string,
  stage: OpenStage,
  reserved: Map<string, bigint>,
): Promise<StageTotal> {
  const total: StageTotal = { stage, count: 0, amount: 0n, oldest: null };
  for (let last = 0; ; ) {
    const page = await reads.openWithdrawalsAfter(stage, last, pageSize);
    for (const row of page.filter((each) => each.asset === asset)) {
      total.count += 1;
      total.amount += row.amount;
      total.oldest ??= row.appliedAt;
      if (takesCustody.has(stage))
        reserved.set(row.network, (reserved.get(row.network) ?? 0n) + row.amount - row.fee);
    }
    last = page.at(-1)?.seq ?? last;
    if (page.length < pageSize) return total;
  }
}

async function readReorganised(reads: Pick<Reads, 'depositsReorganised'>, asset: string): Promise<bigint> {
  let sum = 0n;
  for (let last = 0; ; ) {
    const page = await reads.depositsReorganised(last, pageSize);
    for (const row of page) if (row.asset === asset) sum += row.amount;
    last = page.at(-1)?.seq ?? last;
    if (page.length < pageSize) return sum;
  }
}
