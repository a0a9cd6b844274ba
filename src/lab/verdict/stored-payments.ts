/** Reads what is stored of a payment, whichever process and whichever client has submitted it. */
import type { Reads } from '../../store/reads.ts';
import type { Row } from '../../store/tables.ts';
import { isSamePayment, type Payment } from '../payment.ts';
import type { LoggedRequest } from '../request-log.ts';

type Submitted = LoggedRequest & { readonly payment: Payment };
type Parts = Pick<Reads, 'withdrawals' | 'withdrawalsOfOrders' | 'row'>;

/** Withdrawals of an account and asset since the first request; more than these are not compared. */
const maxRows = 10_000;

/** @returns every withdrawal of the same payment since the request, and the one of the request itself. */
export async function storedPayments(
  first: Submitted,
  requests: readonly LoggedRequest[],
  reads: Parts,
): Promise<readonly Row<'withdrawals'>[]> {
  const { accountId, asset } = first.payment;
  const known = requests.filter(({ payment }) => payment !== null && isSamePayment(payment, first.payment));
  const sample = await anyOf(
    known.filter(({ number }) => number >= first.number),
    first,
    reads,
  );
  if (sample === undefined) return [];
  const page = { limit: maxRows, offset: 0 };
  const rows = await reads.withdrawals(accountId, { asset, from: first.worldAt }, page);
  const earlier = new Set(
    known.filter(({ number }) => number < first.number).map((each) => each.withdrawalId),
  );
  return rows.filter((row) => isEqual(row, sample) && !earlier.has(row.id));
}

/** A stored withdrawal of this payment; its texts are in the form of the store. */
async function anyOf(
  submitted: readonly LoggedRequest[],
  { payment: { accountId, orderId } }: Submitted,
  reads: Parts,
): Promise<Row<'withdrawals'> | undefined> {
  const id = submitted.find(({ withdrawalId }) => withdrawalId !== null)?.withdrawalId;
  if (id != null) return reads.row('withdrawals', { id });
  return orderId === null ? undefined : (await reads.withdrawalsOfOrders(accountId, [orderId]))[0];
}

function isEqual(one: Row<'withdrawals'>, other: Row<'withdrawals'>): boolean {
  return (
    one.asset === other.asset &&
    one.network === other.network &&
    one.address === other.address &&
    one.addressTag === other.addressTag &&
    one.amount === other.amount
  );
}
