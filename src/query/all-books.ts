/** The books of all assets: what customers have, and what the exchange keeps. */
import { openStages } from '../contract/withdrawal-stages.ts';
import type { Reads } from '../store/reads.ts';
import { takesCustody } from './integrity-custody.ts';

/** Rows read at once, which takes about 2 ms. */
const pageSize = 500;

/** In units. */
export type BooksOfAsset = {
  free: bigint;
  held: bigint;
  owed: bigint;
  custody: bigint;
  reorganised: bigint;
};

type Needed = Pick<Reads, 'balancesAfter' | 'openWithdrawalsAfter' | 'depositsReorganised' | 'rows'>;

/** @param reads must see one snapshot, so that the sums belong together. @returns by asset. */
export async function readAllBooks(reads: Needed): Promise<ReadonlyMap<string, BooksOfAsset>> {
  const books = new Map<string, BooksOfAsset>();
  const of = (asset: string): BooksOfAsset => {
    const known = books.get(asset) ?? { free: 0n, held: 0n, owed: 0n, custody: 0n, reorganised: 0n };
    books.set(asset, known);
    return known;
  };
  for (const { asset, available } of await reads.rows('custody', {})) of(asset).custody += available;
  await addBalances(reads, of);
  await addReserved(reads, of);
  for (let last = 0; ; ) {
    const page = await reads.depositsReorganised(last, pageSize);
    for (const { asset, amount } of page) of(asset).reorganised += amount;
    last = page.at(-1)?.seq ?? last;
    if (page.length < pageSize) return books;
  }
}

type BooksOf = (asset: string) => BooksOfAsset;

async function addBalances(reads: Needed, of: BooksOf): Promise<void> {
  for (let last = { accountId: -1, asset: '', wallet: '' }; ; ) {
    const page = await reads.balancesAfter(last.accountId, last.asset, last.wallet, pageSize);
    for (const { asset, free, held, owed } of page) {
      const books = of(asset);
      books.free += free;
      books.held += held;
      books.owed += owed;
    }
    last = page.at(-1) ?? last;
    if (page.length < pageSize) return;
  }
}

/** Amounts that claimed and broadcast withdrawals have reserved are still in custody. */
async function addReserved(reads: Needed, of: BooksOf): Promise<void> {
  for (const stage of openStages.filter((each) => takesCustody.has(each))) {
    for (let last = 0; ; ) {
      const page = await reads.openWithdrawalsAfter(stage, last, pageSize);
      for (const { asset, amount, fee } of page) of(asset).custody += amount - fee;
      last = page.at(-1)?.seq ?? last;
      if (page.length < pageSize) break;
    }
  }
}
