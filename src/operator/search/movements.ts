/** Searches withdrawals, deposits and transfers: by id, order id, transaction and address. */
import { isRejection } from '../../contract/errors.ts';
import { checkAddress } from '../../domain/address/address.ts';
import type { Row } from '../../store/tables.ts';
import type { OperatorParts } from '../handler.ts';
import { spellingsOf, spellingsOfTransaction } from '../lists/list-filters.ts';
import { listPage } from '../lists/list-page.ts';
import { viewDeposits } from '../views/deposit-view.ts';
import { viewTransfers } from '../views/transfer-view.ts';
import { viewWithdrawals } from '../views/withdrawal-view.ts';
import { depositHit, type Found, firstOf, type Hit, hitOf, maxHits, nothing, withdrawalHit } from './hit.ts';

type Matched = Hit['matched'];

/** One more hit than is shown, to know whether there are more. */
const window = { limit: maxHits + 1, scan: 1000 };

async function withdrawals(
  parts: OperatorParts,
  rows: readonly Row<'withdrawals'>[],
  matched: Matched,
): Promise<Found> {
  return firstOf(await viewWithdrawals(parts, rows), (view) => withdrawalHit(view, matched));
}

async function deposits(
  parts: OperatorParts,
  rows: readonly Row<'deposits'>[],
  matched: Matched,
): Promise<Found> {
  return firstOf(await viewDeposits(parts, rows), (view) => depositHit(view, matched));
}

async function withdrawalsNamed(parts: OperatorParts, ids: readonly string[], matched: Matched) {
  return ids.length === 0 ? nothing : withdrawals(parts, await parts.reads.withdrawalsNamed(ids), matched);
}

export async function findById(parts: OperatorParts, id: string): Promise<readonly Found[]> {
  const { reads } = parts;
  const [withdrawal, deposit] = [await reads.row('withdrawals', { id }), await reads.row('deposits', { id })];
  return [
    await withdrawals(parts, withdrawal === undefined ? [] : [withdrawal], 'id'),
    await deposits(parts, deposit === undefined ? [] : [deposit], 'id'),
  ];
}

export async function findByOrderId(parts: OperatorParts, orderId: string): Promise<readonly Found[]> {
  const ids = await parts.reads.withdrawalIdsOfOrder(orderId, maxHits + 1);
  return [await withdrawalsNamed(parts, ids, 'order-id')];
}

export async function findByTransaction(parts: OperatorParts, txId: string): Promise<readonly Found[]> {
  const txIds = spellingsOfTransaction(parts, txId);
  const networks = [...parts.catalog().networks.keys()];
  const ids = await parts.reads.withdrawalIdsOfTransaction(txIds, maxHits + 1);
  const found =
    networks.length === 0
      ? []
      : (await parts.reads.listedDeposits({ transactions: { networks, txIds } }, window)).rows;
  return [await withdrawalsNamed(parts, ids, 'transaction'), await deposits(parts, found, 'transaction')];
}

/** The newest movements to an address; more of them are in the lists. */
export async function findByAddress(parts: OperatorParts, text: string): Promise<readonly Found[]> {
  const isAddress = [...parts.catalog().networks.values()].some((rules) => checkAddress(rules, text));
  if (!isAddress) return [];
  const filter = { addresses: spellingsOf(parts, undefined, text) };
  const sent = await listPage(parts, 'search', { limit: maxHits }, (slice) =>
    parts.reads.listedWithdrawals(filter, slice),
  );
  if (isRejection(sent)) return [];
  const received = await parts.reads.listedDeposits(filter, window);
  const to = await withdrawals(parts, sent.rows, 'address');
  return [{ ...to, hasMore: sent.nextCursor !== null }, await deposits(parts, received.rows, 'address')];
}

export async function findTransfer(parts: OperatorParts, seq: number): Promise<readonly Found[]> {
  const row = await parts.reads.row('transfers', { seq });
  const views = await viewTransfers(parts, row === undefined ? [] : [row]);
  return [
    firstOf(views, ({ asset, amount, kind: state, at: time, debit, credit }) =>
      hitOf('transfer', String(seq), 'number', `/transfers/${seq}`, {
        account: debit.email ?? credit.email,
        asset,
        amount,
        state,
        time,
      }),
    ),
  ];
}
