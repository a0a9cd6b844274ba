/** The payment of one share of a dividend: the transfer and the payment row, which are always written together. */
import type { Row } from '../../store/tables.ts';
import { payFromCustody } from '../ledger/custody-payment.ts';
import type { UnitOfWork } from '../unit-of-work.ts';

type Dividend = Pick<Row<'dividends'>, 'tranId' | 'asset' | 'network' | 'info'>;

/** The primary key of the payments (dividend, account) prevents paying a share twice. */
export function payPart(
  work: UnitOfWork,
  { tranId, asset, network, info }: Dividend,
  { accountId, units: amount }: { readonly accountId: number; readonly units: bigint },
  nowMs: number,
): void {
  const reference = `${tranId}`;
  payFromCustody(work, { kind: 'dividend', asset, network, amount, accountId, reference });
  work.write({
    insert: 'dividend_payments',
    row: { tranId, accountId, asset, amount, info, at: nowMs },
  });
}
