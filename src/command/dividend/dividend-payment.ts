/** One part of a dividend, paid: the transfer and the row that its owner sees, always together. */
import type { Row } from '../../store/tables.ts';
import type { Draft } from '../draft.ts';
import { payFromCustody } from '../ledger/custody-payment.ts';

type Dividend = Pick<Row<'dividends'>, 'tranId' | 'asset' | 'network' | 'info'>;

/** The primary key of the payments (dividend, account) forbids that a part is paid twice. */
export function payPart(
  draft: Draft,
  { tranId, asset, network, info }: Dividend,
  { accountId, units: amount }: { readonly accountId: number; readonly units: bigint },
  nowMs: number,
): void {
  const reference = `${tranId}`;
  payFromCustody(draft, { kind: 'dividend', asset, network, amount, accountId, reference });
  draft.write({
    insert: 'dividend_payments',
    row: { tranId, accountId, asset, amount, info, at: nowMs },
  });
}
