import { depositStagesShown, shownDepositStatus } from '../../contract/deposit-status.ts';
import { isRejection } from '../../contract/errors.ts';
import type { ReplyOf } from '../../contract/operation.ts';
import { depositAddress } from '../../contract/wapi/deposit-address.ts';
import { depositHistory } from '../../contract/wapi/deposit-history.ts';
import { historyPageLimit } from '../../contract/wapi/history-parameters.ts';
import { scaleOf } from '../../domain/catalog/catalog.ts';
import type { Row } from '../../store/tables.ts';
import { depositAddressOf } from '../deposit-address-of.ts';
import { exactNumber } from '../exact-json.ts';
import { type HandlerParts, implement } from '../handler.ts';
import { historyPage } from '../history-page.ts';

export const depositHistoryHandler = implement(depositHistory, async (values, { account }, parts) => {
  const { asset, status, startTime: from, endTime: to } = values;
  const rows = await parts.reads.deposits(
    account.id,
    { asset, stages: depositStagesShown(status), from, to },
    historyPage(depositHistory, { limit: values.limit ?? historyPageLimit, offset: values.offset ?? 0 }),
  );
  return { depositList: rows.map((row) => renderDeposit(row, parts)), success: true };
});

type DepositView = ReplyOf<typeof depositHistory>['depositList'][number];

/** The deposit has a stage that customers see. */
function renderDeposit(row: Row<'deposits'>, { catalog }: HandlerParts): DepositView {
  return {
    insertTime: row.insertedAt,
    amount: exactNumber(row.amount, scaleOf(catalog(), row.asset)),
    asset: row.asset,
    address: row.address,
    ...(row.addressTag !== '' && { addressTag: row.addressTag }),
    txId: row.txId,
    status: shownDepositStatus(row.stage),
  };
}

export const depositAddressHandler = implement(depositAddress, async (values, { account }, parts) => {
  const found = await depositAddressOf(account.id, values, parts);
  return isRejection(found)
    ? found
    : { address: found.address, success: true, addressTag: found.addressTag, asset: values.asset };
});
