/**
 * The withdrawals and deposits that filters name: by a transaction, an order id, an address or an account. Their
 * entries in the ledger and the audit trail are found by their ids.
 */
import { isRejection } from '../../contract/errors.ts';
import { invalid } from '../../contract/operator-rejections.ts';
import type { SeqInterval, Slice } from '../../store/reads/lists.ts';
import type { Row } from '../../store/tables.ts';
import type { OperatorParts } from '../handler.ts';
import { spellingsOfTransaction } from './list-filters.ts';

/** More withdrawals with one order id or transaction than this need another filter. */
const maxNamed = 1000;
/** Maximum number of movements of an address or an account that are read by id; with more, all rows are searched. */
const maxKnown = 500;
/** Maximum number of slices that are read; each looks for an address in a million withdrawals. */
const maxSlices = 8;
/** Maximum number of separate parts of the ledger that are searched; those of more movements are searched as one. */
const maxPlaces = 8;

type Parts = Pick<OperatorParts, 'reads' | 'catalog' | 'yieldNow'>;
type Names = { readonly txId?: string | undefined; readonly orderId?: string | undefined };

export type Movements = {
  readonly withdrawals: readonly Row<'withdrawals'>[];
  readonly deposits: readonly Row<'deposits'>[];
};

export const idsOf = ({ withdrawals, deposits }: Movements): readonly string[] =>
  [...withdrawals, ...deposits].map(({ id }) => id);

/** The withdrawals that an order id and a transaction id name; undefined if neither is given. */
export async function withdrawalIdsNamed(
  { txId, orderId }: Names,
  { reads, catalog }: Omit<Parts, 'yieldNow'>,
) {
  if (txId === undefined && orderId === undefined) return undefined;
  const ofOrder = orderId === undefined ? undefined : await reads.withdrawalIdsOfOrder(orderId, maxNamed + 1);
  if (ofOrder !== undefined && ofOrder.length > maxNamed)
    return invalid(`query.orderId: more than ${maxNamed} withdrawals have it; search the account instead`);
  if (txId === undefined) return ofOrder;
  const spellings = spellingsOfTransaction({ catalog }, txId);
  const ofTransaction = await reads.withdrawalIdsOfTransaction(spellings, maxNamed);
  return ofOrder === undefined ? ofTransaction : ofTransaction.filter((id) => ofOrder.includes(id));
}

/** The withdrawals and deposits that an order id and a transaction id name; undefined if neither is given. */
export async function movementsNamed(names: Names, parts: Parts) {
  const ids = await withdrawalIdsNamed(names, parts);
  if (ids === undefined || isRejection(ids)) return ids;
  const { reads, catalog } = parts;
  const { txId, orderId } = names;
  const networks = [...catalog().networks.keys()];
  const transactions = { networks, txIds: txId === undefined ? [] : spellingsOfTransaction(parts, txId) };
  const window = { limit: maxNamed, scan: maxNamed + 1 };
  const found: Movements = {
    withdrawals: ids.length === 0 ? [] : await reads.withdrawalsNamed(ids),
    // Deposits have no order id.
    deposits:
      txId === undefined || orderId !== undefined || networks.length === 0
        ? []
        : (await reads.listedDeposits({ transactions }, window)).rows,
  };
  return found;
}

/** The withdrawals and deposits of an address or an account; undefined if there are too many. */
export async function movementsOf(
  filter: { readonly addresses: readonly string[] } | { readonly accountId: number },
  { reads, yieldNow }: Parts,
): Promise<Movements | undefined> {
  const window = { limit: maxKnown, scan: maxKnown + 1 };
  const deposits = await reads.listedDeposits(filter, window);
  if (deposits.next !== null) return undefined;
  const withdrawals: Row<'withdrawals'>[] = [];
  let before: Slice<unknown>['next'] | undefined;
  for (let slices = 0; before !== null; slices += 1) {
    if (slices === maxSlices || withdrawals.length > maxKnown) return undefined;
    if (slices > 0) await yieldNow();
    const slice = await reads.listedWithdrawals(filter, { ...window, before });
    withdrawals.push(...slice.rows);
    before = slice.next;
  }
  return { withdrawals, deposits: deposits.rows };
}

/** The withdrawal or deposit with this id; undefined: it is the id of something else. */
export async function movementWithId(
  id: string,
  { reads }: Pick<Parts, 'reads'>,
): Promise<Movements | undefined> {
  const withdrawal = await reads.row('withdrawals', { id });
  if (withdrawal !== undefined) return { withdrawals: [withdrawal], deposits: [] };
  const deposit = await reads.row('deposits', { id });
  return deposit && { withdrawals: [], deposits: [deposit] };
}

/** The intervals of the ledger with the transfers of at least one of the movements. They do not overlap. */
export async function placesOf(
  { withdrawals, deposits }: Movements,
  { reads }: Pick<Parts, 'reads'>,
): Promise<readonly SeqInterval[]> {
  const times = [
    ...withdrawals.map(({ appliedAt, settledAt }) => ({ from: appliedAt, to: settledAt })),
    // The credit of a deposit that is not completed, or is no longer on the chain, may still be taken back.
    ...deposits.map(({ insertedAt, completedAt, stage, reorganisedAt }) => ({
      from: insertedAt,
      to: stage === 'completed' && reorganisedAt === null ? completedAt : null,
    })),
  ];
  const first = Math.min(...times.map(({ from }) => from));
  const last = Math.max(...times.map(({ to }) => to ?? Number.POSITIVE_INFINITY));
  const searched =
    times.length <= maxPlaces ? times : [{ from: first, to: Number.isFinite(last) ? last : null }];
  const places: SeqInterval[] = [];
  for (const { from, to } of searched)
    places.push(await reads.seqsInRange('transfers', { from, to: to ?? undefined }));
  return withoutOverlaps(places);
}

function withoutOverlaps(places: readonly SeqInterval[]): readonly SeqInterval[] {
  const merged: SeqInterval[] = [];
  for (const place of places.toSorted((one, other) => one.after - other.after)) {
    const last = merged.at(-1);
    if (last === undefined || place.after > last.through) merged.push(place);
    else merged[merged.length - 1] = { ...last, through: Math.max(last.through, place.through) };
  }
  return merged;
}
