import * as operations from '../../contract/operator/books.ts';
import { type BooksOfAsset, readAllBooks } from '../../query/all-books.ts';
import { implement, type OperatorParts } from '../handler.ts';
import type { Books } from '../known-books.ts';
import { amountText } from './subject.ts';

export const listBooks = implement(operations.listBooks, async (_input, _operator, parts) => {
  const last = await parts.lastIntegrity();
  const { asOf, assets } = parts.knownBooks.recent ?? (await readBooks(parts));
  return {
    asOf,
    assets: [...parts.catalog().assets.keys()].map((asset) => viewBooks(asset, assets.get(asset), parts)),
    report: last && { at: last.at, ok: last.ok, solvent: last.solvent, mismatches: last.mismatches },
  };
});

async function readBooks(parts: OperatorParts): Promise<Books> {
  const { pace, clock, knownBooks } = parts;
  const usedMs = pace.usedMs;
  const asOf = clock.world.now();
  const snapshot = await pace.take(() => parts.openSnapshot());
  try {
    const books = { asOf, assets: await readAllBooks(pace.of(snapshot.reads)) };
    knownBooks.keep(books, pace.usedMs - usedMs);
    return books;
  } finally {
    await snapshot.close();
  }
}

const empty: BooksOfAsset = { free: 0n, held: 0n, owed: 0n, custody: 0n, reorganised: 0n };

function viewBooks(asset: string, books: BooksOfAsset = empty, parts: OperatorParts) {
  const text = (units: bigint) => amountText(parts, asset, units);
  const { free, held, owed, custody, reorganised } = books;
  return {
    asset,
    liabilities: text(free + held),
    held: text(held),
    owed: text(owed),
    custody: text(custody),
    reorganised: text(reorganised),
    difference: text(custody - reorganised - free - held),
  };
}
