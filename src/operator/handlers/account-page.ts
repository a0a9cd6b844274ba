import { formatDecimal } from '../../contract/decimal.ts';
import { isRejection } from '../../contract/errors.ts';
import * as operations from '../../contract/operator/account-page.ts';
import { openStages } from '../../contract/withdrawal-stages.ts';
import { startOfDay } from '../../domain/ledger/day.ts';
import { givenBackStages, quotaPeriodMs, valueInUsd } from '../../domain/withdrawal/quota.ts';
import type { Row } from '../../store/tables.ts';
import { implement, type OperatorParts } from '../handler.ts';
import { viewDeposits } from '../views/deposit-view.ts';
import { viewWithdrawals } from '../views/withdrawal-view.ts';
import { innerMovementsOf, tradingOf } from './account-activity.ts';
import { viewNote } from './account-notes.ts';
import { viewAccount } from './accounts.ts';
import { viewEntry } from './address-book.ts';
import { viewApiKey } from './api-keys.ts';
import { viewAddress } from './deposits.ts';
import { accountNamed, amountText, emailsOf } from './subject.ts';

const shownMovements = 20;
const shownOpen = 50;
const shownNotes = 20;
const shownDenials = 20;
const shownSubAccounts = 50;
/** Rows that are searched for open withdrawals. */
const searchedRows = 2000;
/** Withdrawals that are added up for the quota. */
const addedRows = 2000;

export const getAccount = implement(operations.getAccount, async ({ path: { email } }, _operator, parts) => {
  const account = await accountNamed(parts, email);
  if (isRejection(account)) return account;
  const { reads, clock } = parts;
  const { id, masterId } = account;
  const emailOf = await emailsOf(reads, [masterId]);
  const tags = (await reads.row('account_tags', { accountId: id }))?.tags ?? [];
  const notes = await reads.accountNotes(id, Number.MAX_SAFE_INTEGER, shownNotes);
  const balances = await balancesOf(parts, id);
  const isWithdrawing = balances.some(({ withdrawing }) => withdrawing !== '0');
  return {
    ...viewAccount(account, masterId === null ? null : emailOf(masterId), clock.world.now()),
    tags: [...tags],
    notes: notes.map(viewNote),
    balances,
    quota: await quotaOf(parts, account),
    ...(await movementsOf(parts, id, isWithdrawing)),
    innerMovements: await innerMovementsOf(parts, id),
    trading: await tradingOf(parts, id),
    denials: await denialsOf(parts, id),
    ...(await accessOf(parts, id)),
  };
});

async function balancesOf(parts: OperatorParts, accountId: number) {
  const owing = await parts.reads.rows('balances', { accountId });
  const owedOf = new Map(owing.map(({ asset, wallet, owed }) => [`${asset} ${wallet}`, owed]));
  return (await parts.reads.accountBalances(accountId, {})).map(
    ({ asset, wallet, free, withdrawing, locked }) => {
      const text = (units: bigint) => amountText(parts, asset, units);
      const owed = text(owedOf.get(`${asset} ${wallet}`) ?? 0n);
      return {
        asset,
        wallet,
        free: text(free),
        withdrawing: text(withdrawing),
        locked: text(locked),
        owed,
      };
    },
  );
}

/** The sum reads all withdrawals of a day, so it is computed only for accounts with a quota. */
async function quotaOf({ reads, clock, catalog }: OperatorParts, { id, withdrawQuotaUsd }: Row<'accounts'>) {
  if (withdrawQuotaUsd === null) return { limitUsd: null, usedUsd: null };
  const from = clock.world.now() - quotaPeriodMs;
  const withdrawn = await reads.withdrawnSince(id, from, givenBackStages, addedRows);
  const usedUsd = withdrawn === null ? null : formatDecimal(valueInUsd(withdrawn, catalog()));
  return { limitUsd: withdrawQuotaUsd, usedUsd };
}

const noRows = { rows: [], next: null };

/** @param isWithdrawing whether a balance is held: without one there is no open withdrawal to search for. */
async function movementsOf(parts: OperatorParts, accountId: number, isWithdrawing: boolean) {
  const { reads } = parts;
  const newest = { limit: shownMovements, scan: searchedRows };
  const filter = { accountId, stages: openStages };
  const open = isWithdrawing
    ? await reads.listedWithdrawals(filter, { limit: shownOpen, scan: searchedRows })
    : noRows;
  const withdrawals = await reads.listedWithdrawals({ accountId }, newest);
  const deposits = await reads.listedDeposits({ accountId }, newest);
  return {
    openWithdrawals: await viewWithdrawals(parts, open.rows),
    moreOpenWithdrawals: open.next !== null,
    withdrawals: await viewWithdrawals(parts, withdrawals.rows),
    deposits: await viewDeposits(parts, deposits.rows),
  };
}

async function denialsOf(parts: OperatorParts, accountId: number) {
  const rows = await parts.reads.rows('withdrawal_denials', { accountId });
  return rows
    .toSorted((one, other) => other.lastAt - one.lastAt)
    .slice(0, shownDenials)
    .map(({ day, rule, policyVersion, count, asset, network, address, ...row }) => ({
      day: startOfDay(day),
      ...{ rule, policyVersion, count, asset, network, address },
      firstTime: row.firstAt,
      lastTime: row.lastAt,
      amount: amountText(parts, asset, row.amount),
    }));
}

async function accessOf({ reads, catalog }: OperatorParts, accountId: number) {
  const { settings } = catalog();
  const book = await reads.rows('address_book', { accountId });
  const page = { limit: shownSubAccounts, offset: 0 };
  const byTime = <R extends { readonly createdAt: number }>(rows: readonly R[]) =>
    rows.toSorted((one, other) => one.createdAt - other.createdAt);
  return {
    apiKeys: byTime(await reads.rows('api_keys', { accountId })).map(viewApiKey),
    depositAddresses: byTime(await reads.rows('deposit_addresses', { accountId })).map(viewAddress),
    addressBook: byTime(book)
      .toReversed()
      .map((row) => viewEntry(row, settings)),
    addressBookEntries: book.length,
    subAccounts: (await reads.subAccounts(accountId, {}, page)).map(({ email, enabled }) => ({
      email,
      enabled,
    })),
    subAccountCount: await reads.countSubAccounts(accountId, {}),
  };
}
