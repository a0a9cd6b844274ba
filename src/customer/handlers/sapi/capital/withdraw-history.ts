import { capitalPageLimit } from '../../../../contract/sapi/capital/history-parameters.ts';
import { capitalWithdrawHistory } from '../../../../contract/sapi/capital/withdraw-history.ts';
import { stagesOfWireStatus } from '../../../../contract/withdrawal-status.ts';
import { implement } from '../../../handler.ts';
import { historyPage } from '../../../history-page.ts';
import { viewWithdrawal } from '../../../withdrawal-view.ts';

export const capitalWithdrawHistoryHandler = implement(
  capitalWithdrawHistory,
  async (values, { account }, { reads, catalog }) => {
    const {
      coin: asset,
      status,
      withdrawOrderId: orderId,
      idList: ids,
      startTime: from,
      endTime: to,
    } = values;
    const stages = status === undefined ? undefined : stagesOfWireStatus(status);
    const { limit = capitalPageLimit, offset = 0 } = values;
    const filter = { asset, stages, orderId, ids, from, to };
    const page = historyPage(capitalWithdrawHistory, { limit, offset });
    const rows = await reads.withdrawals(account.id, filter, page);
    return rows.map((row) => viewWithdrawal(row, catalog()));
  },
);
