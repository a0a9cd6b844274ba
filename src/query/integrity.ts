/**
 * Verifies the books from the data itself: stored balances against the transfers, holds against withdrawals and
 * deposits in progress, custody against the transfers and broadcast withdrawals, the sum over all ledger accounts of
 * each asset, the hash chain, and the event log against the transfers. Whether custody covers customer liabilities is reported but is not a mismatch:
 * unbacked credits are allowed.
 *
 * All reads must see one snapshot. They are bounded pages, and other tasks run between them.
 */
import { addDecimals, type Decimal, formatDecimal, formatUnits } from '../contract/decimal.ts';
import type { getIntegrity } from '../contract/operator/integrity.ts';
import type { OperatorReply } from '../contract/operator-operation.ts';
import type { Catalog } from '../domain/catalog/catalog.ts';
import { customerAccount, exchangeAccounts } from '../domain/ledger/ledger.ts';
import { holdsMoney, withdrawalStages } from '../domain/withdrawal/withdrawal-stage.ts';
import type { OpenStage, Reads, SequenceState } from '../store/reads.ts';
import { type AssetBooks, type BalanceMismatch, RecomputedBooks } from './integrity-books.ts';
import { ChainCheck } from './integrity-chain.ts';
import type { CustodyMismatch, RecomputedPlace } from './integrity-custody.ts';
import { EventLogCheck } from './integrity-events.ts';

export type IntegrityReport = OperatorReply<typeof getIntegrity>;
type Mismatch = IntegrityReport['mismatches'][number];

/** Called between pages with the number of rows read since the last call. */
export type YieldNow = (rows: number) => Promise<void>;

const pageSize = 1000;
/** At most this many mismatches are reported. */
const mismatchesShown = 1000;

export async function checkIntegrity(
  reads: Reads,
  catalog: Catalog,
  yieldNow: YieldNow = async () => {},
): Promise<IntegrityReport> {
  const mismatches: Mismatch[] = [];
  let ok = true;
  const report = (mismatch: Mismatch) => {
    ok = false;
    if (mismatches.length < mismatchesShown) mismatches.push(mismatch);
  };
  const books = new RecomputedBooks();
  for (const asset of catalog.assets.keys()) books.assetBooks(asset);
  const { transfers, chain } = await readTransfers(reads, books, report, yieldNow);
  await readHolds(reads, books, yieldNow);
  const balancesRecomputed = await compareBalances(reads, catalog, books, report, yieldNow);
  for (const mismatch of books.custody.compare(await reads.rows('custody', {})))
    report(describeCustodyMismatch(mismatch, catalog));
  for (const sequence of await reads.sequences()) compareSequence(sequence, report);
  const assets = [...books.assets].map(([asset, each]) =>
    describeAsset(asset, each, books.custody.placesOf(asset), catalog),
  );
  for (const { asset, sum } of assets) {
    if (sum !== '0') report({ check: 'sum', subject: asset, expected: '0', found: sum });
  }
  const solvent = assets.every(({ covered }) => covered);
  const remainders = await readRemainders(reads, yieldNow);
  const reorganised = (await reads.depositsReorganised(0, mismatchesShown)).map((row) => ({
    id: row.id,
    network: row.network,
    asset: row.asset,
    amount: formatUnits(row.amount, scaleShown(row.asset, catalog)),
  }));
  return { ok, solvent, assets, remainders, reorganised, transfers, balancesRecomputed, mismatches, chain };
}

/** A lower sequence would assign numbers again that are in use. */
function compareSequence({ name, last, highest }: SequenceState, report: (mismatch: Mismatch) => void): void {
  if (last !== null && last >= highest) return;
  const found = last === null ? 'none' : String(last);
  report({ check: 'sequence', subject: name, expected: `at least ${highest}`, found });
}

async function readTransfers(
  reads: Reads,
  books: RecomputedBooks,
  report: (mismatch: Mismatch) => void,
  yieldNow: YieldNow,
) {
  const chain = await ChainCheck.start(reads, report);
  const log = new EventLogCheck(report);
  await log.readLog(reads, pageSize, yieldNow);
  let transfers = 0;
  const read = (last: { seq: number } | undefined) => reads.transfersAfter(last?.seq ?? 0, pageSize);
  for await (const page of pages(read, yieldNow)) {
    for (const transfer of page) books.addTransfer(transfer);
    await chain.take(page);
    log.take(page);
    transfers += page.length;
  }
  const verified = await chain.finish();
  log.finish();
  return { transfers, chain: verified };
}

/**
 * Sums the fractions of deposits beyond the decimals of their asset, which no balance contains, by network and asset.
 */
async function readRemainders(reads: Reads, yieldNow: YieldNow): Promise<IntegrityReport['remainders']> {
  const totals = new Map<string, { network: string; asset: string; sum: Decimal }>();
  const read = (last: { seq: number } | undefined) => reads.depositsWithRemainder(last?.seq ?? 0, pageSize);
  for await (const page of pages(read, yieldNow)) {
    for (const { network, asset, stage, remainder } of page) {
      if (stage === 'pending' || stage === 'suspended') continue;
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

async function readHolds(reads: Reads, books: RecomputedBooks, yieldNow: YieldNow): Promise<void> {
  for (const stage of withdrawalStages.filter(holdsMoney)) {
    const read = (last: { seq: number } | undefined) =>
      reads.withdrawalsUnderWay(stage as OpenStage, last?.seq ?? 0, pageSize);
    for await (const page of pages(read, yieldNow)) for (const row of page) books.addOpenWithdrawal(row);
  }
  const read = (last: { network: string; seq: number } | undefined) =>
    reads.depositsInProgressAfter(last?.network ?? '', last?.seq ?? 0, pageSize);
  for await (const page of pages(read, yieldNow)) {
    for (const row of page) if (row.stage === 'credited') books.addHeldDeposit(row);
  }
  const readUnattributed = (last: { seq: number } | undefined) =>
    reads.depositsUnattributed('unattributed', last?.seq ?? 0, pageSize);
  for await (const page of pages(readUnattributed, yieldNow))
    for (const row of page) books.addHeldDeposit(row);
}

async function compareBalances(
  reads: Reads,
  catalog: Catalog,
  books: RecomputedBooks,
  report: (mismatch: Mismatch) => void,
  yieldNow: YieldNow,
): Promise<number> {
  let compared = 0;
  const read = (last: { accountId: number; asset: string; wallet: string } | undefined) =>
    reads.balancesAfter(last?.accountId ?? 0, last?.asset ?? '', last?.wallet ?? '', pageSize);
  const describe = (mismatch: BalanceMismatch) => report(describeBalance(mismatch, catalog));
  for await (const page of pages(read, yieldNow)) {
    for (const row of page) books.compare(row).forEach(describe);
    compared += page.length;
  }
  books.compareMissing().forEach(describe);
  return compared;
}

/** Yields page after page, each read from the last row of the previous one; other tasks run in between. */
async function* pages<T>(
  read: (last: T | undefined) => Promise<readonly T[]>,
  yieldNow: YieldNow,
): AsyncGenerator<readonly T[]> {
  for (let last: T | undefined; ; ) {
    const page = await read(last);
    if (page.length > 0) yield page;
    if (page.length < pageSize) return;
    last = page.at(-1);
    await yieldNow(page.length);
  }
}

function describeAsset(
  asset: string,
  books: AssetBooks,
  places: readonly RecomputedPlace[],
  catalog: Catalog,
): IntegrityReport['assets'][number] {
  const { customers, custody, openHolds, fees, dust, adjustments } = books;
  const scale = scaleShown(asset, catalog);
  const sum = customers + custody + fees + dust + adjustments;
  return {
    asset,
    sum: formatUnits(sum, scale),
    customerLiabilities: formatUnits(customers, scale),
    custody: formatUnits(-custody, scale),
    covered: -custody >= customers,
    networks: places.map(({ network, held, reserved, available, waiting }) => ({
      network,
      custody: formatUnits(held, scale),
      reserved: formatUnits(reserved, scale),
      available: formatUnits(available, scale),
      waiting,
    })),
    openHolds: formatUnits(openHolds, scale),
    fees: formatUnits(fees, scale),
    dust: formatUnits(dust, scale),
    adjustments: formatUnits(adjustments, scale),
  };
}

function describeBalance(mismatch: BalanceMismatch, catalog: Catalog): Mismatch {
  const { check, accountId, wallet, side, asset, expected, found } = mismatch;
  const scale = scaleShown(asset, catalog);
  return {
    check,
    subject: `${customerAccount(accountId, side, wallet)} ${asset}`,
    expected: formatUnits(expected, scale),
    found: formatUnits(found, scale),
  };
}

function describeCustodyMismatch(
  { check, place, expected, found }: CustodyMismatch,
  catalog: Catalog,
): Mismatch {
  const scale = check === 'custody' ? scaleShown(place.asset, catalog) : 0;
  return {
    check,
    subject: `${exchangeAccounts.custody(place.network)} ${place.asset}`,
    expected: formatUnits(expected, scale),
    found: formatUnits(found, scale),
  };
}

/** A report must not fail: amounts of an asset that does not exist, which is a mismatch, are shown in units. */
function scaleShown(asset: string, catalog: Catalog): number {
  return catalog.assets.get(asset)?.scale ?? 0;
}
