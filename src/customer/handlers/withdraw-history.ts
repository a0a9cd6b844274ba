import type { ReplyOf } from '../../contract/operation.ts';
import { historyPageLimit } from '../../contract/wapi/history-parameters.ts';
import { withdrawHistory } from '../../contract/wapi/withdraw-history.ts';
import { stagesOfWireStatus, wireStatus } from '../../contract/withdrawal-status.ts';
import { scaleOf } from '../../domain/catalog/catalog.ts';
import type { Row } from '../../store/tables.ts';
import { exactNumber } from '../exact-json.ts';
import { type HandlerParts, implement } from '../handler.ts';
import { historyPage } from '../history-page.ts';

export const withdrawHistoryHandler = implement(withdrawHistory, async (values, { account }, parts) => {
  const { asset, status, withdrawOrderId: orderId, startTime: from, endTime: to } = values;
  const stages = status === undefined ? undefined : stagesOfWireStatus(status);
  const rows = await parts.reads.withdrawals(
    account.id,
    { asset, stages, orderId, from, to },
    historyPage(withdrawHistory, { limit: values.limit ?? historyPageLimit, offset: values.offset ?? 0 }),
  );
  return { withdrawList: rows.map((row) => renderWithdrawal(row, parts)), success: true };
});

/** spec: the keys have the order of the sample, in which a row without a tag has no addressTag. */
function renderWithdrawal(
  row: Row<'withdrawals'>,
  { catalog }: HandlerParts,
): ReplyOf<typeof withdrawHistory>['withdrawList'][number] {
  const scale = scaleOf(catalog(), row.asset);
  const status = wireStatus(row.stage);
  return {
    id: row.id,
    amount: exactNumber(row.amount - row.fee, scale),
    transactionFee: exactNumber(row.fee, scale),
    address: row.address,
    ...(row.addressTag === ''
      ? { asset: row.asset, txId: row.txId }
      : { addressTag: row.addressTag, txId: row.txId, asset: row.asset }),
    applyTime: row.appliedAt,
    status,
    ...(row.orderId !== null && { withdrawOrderId: row.orderId }),
  };
}
