/**
 * Verifies the books from the data itself: stored balances against the transfers, holds against withdrawals and
 * deposits in progress, custody against the transfers and broadcast withdrawals, the sum over all ledger accounts of
 * each asset, the closing balances of days, the hash chain, and the event log against the transfers. Whether custody covers customer liabilities is reported but is not a mismatch:
 * unbacked credits are allowed.
 *
 * All reads must see one snapshot. They are bounded pages, and other tasks run between them.
 */
import { formatUnits } from '../contract/decimal.ts';
import type { getIntegrity } from '../contract/operator/integrity.ts';
import type { OperatorReply } from '../contract/operator-operation.ts';
import { openStages } from '../contract/withdrawal-stages.ts';
import type { Catalog } from '../domain/catalog/catalog.ts';
import { customerAccount, exchangeAccounts } from '../domain/ledger/ledger.ts';
import type { SequenceState } from '../store/reads/sequences.ts';
import type { Reads } from '../store/reads.ts';
import { checkApprovals } from './integrity-approvals.ts';
import { type AssetBooks, type BalanceMismatch, RecomputedBooks } from './integrity-books.ts';
import { ChainCheck } from './integrity-chain.ts';
import { ClosingCheck } from './integrity-closings.ts';
import type { CustodyMismatch, RecomputedPlace } from './integrity-custody.ts';
import { readRemainders, readReorganised } from './integrity-deposits.ts';
import { EventLogCheck } from './integrity-events.ts';
import { displayScale, pageSize, readInPages, type YieldNow } from './integrity-pages.ts';

export type IntegrityReport = OperatorReply<typeof getIntegrity>;
type Mismatch = IntegrityReport['mismatches'][number];

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
  const closings = await ClosingCheck.start(reads, books, report, yieldNow);
  const { transfers, chain } = await readTransfers(reads, books, closings, report, yieldNow);
  await readHolds(reads, books, yieldNow);
  const balancesRecomputed = await compareBalances(reads, catalog, books, report, yieldNow);
  for (const mismatch of books.custody.compare(await reads.rows('custody', {})))
    report(describeCustodyMismatch(mismatch, catalog));
  await closings.finish(catalog);
  await checkApprovals(reads, report, yieldNow);
  for (const sequence of await reads.sequences()) compareSequence(sequence, report);
  const reorganised = await readReorganised(reads, books, catalog, yieldNow);
  const assets = [...books.assets].map(([asset, each]) =>
    describeAsset(asset, each, books.custody.placesOf(asset), catalog),
  );
  for (const { asset, sum } of assets) {
    if (sum !== '0') report({ check: 'sum', subject: asset, expected: '0', found: sum });
  }
  const solvent = assets.every(({ covered }) => covered);
  const remainders = await readRemainders(reads, yieldNow);
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
  closings: ClosingCheck,
  report: (mismatch: Mismatch) => void,
  yieldNow: YieldNow,
) {
  const chain = await ChainCheck.start(reads, report);
  const log = new EventLogCheck(report);
  await log.readLog(reads, pageSize, yieldNow);
  let transfers = 0;
  const read = (last: { seq: number } | undefined) => reads.transfersAfter(last?.seq ?? 0, pageSize);
  for await (const page of readInPages(read, yieldNow)) {
    for (const transfer of page) {
      closings.before(transfer);
      books.addTransfer(transfer);
    }
    await chain.take(page);
    log.take(page);
    transfers += page.length;
  }
  const verified = await chain.finish();
  log.finish();
  return { transfers, chain: verified };
}

async function readHolds(reads: Reads, books: RecomputedBooks, yieldNow: YieldNow): Promise<void> {
  for (const stage of openStages) {
    const read = (last: { seq: number } | undefined) =>
      reads.withdrawalsUnderWay(stage, last?.seq ?? 0, pageSize);
    for await (const page of readInPages(read, yieldNow))
      for (const row of page) books.addOpenWithdrawal(row);
  }
  const read = (last: { network: string; seq: number } | undefined) =>
    reads.depositsInProgressAfter(last?.network ?? '', last?.seq ?? 0, pageSize);
  for await (const page of readInPages(read, yieldNow)) {
    for (const row of page) if (row.stage === 'credited') books.addHeldDeposit(row);
  }
  const readUnattributed = (last: { seq: number } | undefined) =>
    reads.depositsUnattributed('unattributed', last?.seq ?? 0, pageSize);
  for await (const page of readInPages(readUnattributed, yieldNow))
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
  for await (const page of readInPages(read, yieldNow)) {
    for (const row of page) books.compare(row).forEach(describe);
    compared += page.length;
  }
  books.compareMissing().forEach(describe);
  return compared;
}

function describeAsset(
  asset: string,
  books: AssetBooks,
  places: readonly RecomputedPlace[],
  catalog: Catalog,
): IntegrityReport['assets'][number] {
  const { customers, custody, reorganised, openHolds, fees, dust, adjustments, owed } = books;
  const scale = displayScale(asset, catalog);
  const sum = customers + custody + fees + dust + adjustments - owed;
  return {
    asset,
    sum: formatUnits(sum, scale),
    customerLiabilities: formatUnits(customers, scale),
    custody: formatUnits(-custody, scale),
    reorganised: formatUnits(reorganised, scale),
    covered: -custody - reorganised >= customers,
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
    owed: formatUnits(owed, scale),
  };
}

function describeBalance(mismatch: BalanceMismatch, catalog: Catalog): Mismatch {
  const { check, accountId, wallet, side, asset, expected, found } = mismatch;
  const scale = displayScale(asset, catalog);
  return {
    check,
    subject: `${side === 'owed' ? exchangeAccounts.owed(accountId) : customerAccount(accountId, side, wallet)} ${asset}`,
    expected: formatUnits(expected, scale),
    found: formatUnits(found, scale),
  };
}

function describeCustodyMismatch(
  { check, place, expected, found }: CustodyMismatch,
  catalog: Catalog,
): Mismatch {
  const scale = check === 'custody' ? displayScale(place.asset, catalog) : 0;
  return {
    check,
    subject: `${exchangeAccounts.custody(place.network)} ${place.asset}`,
    expected: formatUnits(expected, scale),
    found: formatUnits(found, scale),
  };
}
