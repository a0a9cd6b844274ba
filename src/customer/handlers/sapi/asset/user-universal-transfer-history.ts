import { formatUnits } from '../../../../contract/decimal.ts';
import { isServed } from '../../../../contract/sapi/asset/transfer-types.ts';
import { userUniversalTransferHistory } from '../../../../contract/sapi/asset/user-universal-transfer-history.ts';
import { scaleOf } from '../../../../domain/catalog/catalog.ts';
import { implement } from '../../../handler.ts';
import { historyPage } from '../../../history-page.ts';
import { walletLeft } from '../../../wallet-left.ts';

export const userUniversalTransferHistoryHandler = implement(
  userUniversalTransferHistory,
  async (values, { account }, { reads, catalog }) => {
    const { type, startTime: from, endTime: to, current = 1, size = 10 } = values;
    if (!isServed(type)) return { total: 0, rows: [] };
    const filter = { fromWallet: walletLeft[type], from, to };
    const page = historyPage(userUniversalTransferHistory, { limit: size, offset: (current - 1) * size });
    const { rows, total } = await reads.walletTransfers(account.id, filter, page);
    return {
      total,
      rows: rows.map((row) => ({
        asset: row.asset,
        amount: formatUnits(row.amount, scaleOf(catalog(), row.asset)),
        type,
        status: 'CONFIRMED' as const,
        tranId: row.tranId,
        timestamp: row.at,
      })),
    };
  },
);
