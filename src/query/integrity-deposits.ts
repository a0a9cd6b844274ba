/** The part of the integrity check that reads deposits: fractions that no balance contains, and credits that the chain has lost. */
import { addDecimals, type Decimal, formatDecimal, formatUnits } from '../contract/decimal.ts';
import type { getIntegrity } from '../contract/operator/integrity.ts';
import type { OperatorReply } from '../contract/operator-operation.ts';
import type { Catalog } from '../domain/catalog/catalog.ts';
import type { DepositStage } from '../domain/deposit/deposit-stage.ts';
import type { Reads } from '../store/reads.ts';
import type { RecomputedBooks } from './integrity-books.ts';
import { displayScale, pageSize, readInPages, type YieldNow } from './integrity-pages.ts';

type Report = OperatorReply<typeof getIntegrity>;

/** At most this many deposits are listed. */
const reorganisedShown = 1000;

/** The coins of deposits in these stages are not, or no longer, in custody. */
const notReceived: ReadonlySet<DepositStage> = new Set(['pending', 'suspended', 'vanished']);

/**
 * Sums the fractions of deposits beyond the decimals of their asset, which no balance contains, by network and asset.
 */
export async function readRemainders(reads: Reads, yieldNow: YieldNow): Promise<Report['remainders']> {
  const totals = new Map<string, { network: string; asset: string; sum: Decimal }>();
  const read = (last: { seq: number } | undefined) => reads.depositsWithRemainder(last?.seq ?? 0, pageSize);
  for await (const page of readInPages(read, yieldNow)) {
    for (const { network, asset, stage, remainder } of page) {
      if (notReceived.has(stage)) continue;
      const key = `${network} ${asset}`;
      const sum = addDecimals(totals.get(key)?.sum ?? { coefficient: 0n, scale: 0 }, decimalOf(remainder));
      totals.set(key, { network, asset, sum });
    }
  }
  return [...totals.values()].map(({ sum, ...where }) => ({ ...where, remainder: formatDecimal(sum) }));
}

/** Parses `0.…` of any length: it may be longer than amounts in requests. */
function decimalOf(remainder: string): Decimal {
  const digits = remainder.slice('0.'.length);
  return { coefficient: BigInt(digits), scale: digits.length };
}

/** @returns the first of them. The books learn the amounts of all. */
export async function readReorganised(
  reads: Reads,
  books: RecomputedBooks,
  catalog: Catalog,
  yieldNow: YieldNow,
): Promise<Report['reorganised']> {
  const shown: Report['reorganised'][number][] = [];
  const read = (last: { seq: number } | undefined) => reads.depositsReorganised(last?.seq ?? 0, pageSize);
  for await (const page of readInPages(read, yieldNow)) {
    for (const { id, network, asset, amount } of page) {
      books.assetBooks(asset).reorganised += amount;
      const amountText = formatUnits(amount, displayScale(asset, catalog));
      if (shown.length < reorganisedShown) shown.push({ id, network, asset, amount: amountText });
    }
  }
  return shown;
}
