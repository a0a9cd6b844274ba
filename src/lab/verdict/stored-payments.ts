/** Reads what is stored of a payment, whichever process and whichever client has submitted it. */
import type { Catalog } from '../../domain/catalog/catalog.ts';
import type { Reads } from '../../store/reads.ts';
import type { Row } from '../../store/tables.ts';
import { type IntendedPayment, isSamePayment, isStoredPayment } from '../payment.ts';
import type { LoggedRequest } from '../request-log.ts';

type Submitted = LoggedRequest & { readonly payment: IntendedPayment };
type Parts = Pick<Reads, 'withdrawals' | 'withdrawalsOfOrders' | 'row'>;

/** Withdrawals of an account and asset since the first request; more than these are not compared. */
const maxRows = 10_000;

/**
 * @returns every withdrawal of the same payment since the request, and the one of the request itself, which may be older:
 * an earlier request with the same order id has submitted it.
 */
export async function storedPayments(
  first: Submitted,
  requests: readonly LoggedRequest[],
  reads: Parts,
  catalog: Catalog,
): Promise<readonly Row<'withdrawals'>[]> {
  const { accountId, asset } = first.payment;
  const own = await ownOf(first, reads);
  const page = { limit: maxRows, offset: 0 };
  const rows = await reads.withdrawals(accountId, { asset, from: first.worldAt }, page);
  const earlier = new Set(
    requests
      .filter(({ number, payment }) => number < first.number && payment !== null)
      .filter(({ payment }) => isSamePayment(payment as IntendedPayment, first.payment))
      .map(({ withdrawalId }) => withdrawalId),
  );
  const later = rows.filter(({ id }) => id !== own?.id && !earlier.has(id));
  return [...(own === undefined ? [] : [own]), ...later].filter((row) =>
    isStoredPayment(first.payment, row, catalog),
  );
}

async function ownOf(
  { withdrawalId, payment: { accountId, orderId } }: Submitted,
  reads: Parts,
): Promise<Row<'withdrawals'> | undefined> {
  if (withdrawalId !== null) return reads.row('withdrawals', { id: withdrawalId });
  return orderId === null ? undefined : (await reads.withdrawalsOfOrders(accountId, [orderId]))[0];
}
