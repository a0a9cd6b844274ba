import { formatUnits } from '../../../../contract/decimal.ts';
import { isRejection } from '../../../../contract/errors.ts';
import { sapiSubAccountTransferHistory } from '../../../../contract/sapi/sub-account/transfer-history.ts';
import { scaleOf } from '../../../../domain/catalog/catalog.ts';
import { historyRange, pageNumbered, transferSide } from '../../../family.ts';
import { implement } from '../../../handler.ts';

export const sapiSubAccountTransferHistoryHandler = implement(
  sapiSubAccountTransferHistory,
  async (values, { account }, parts) => {
    const side = await transferSide(values, account, parts);
    if (isRejection(side)) return side;
    const rows = await parts.reads.familyTransfers(
      { ...side, ...historyRange(values, parts) },
      pageNumbered(values.page, values.limit ?? 500),
    );
    return rows.map((row) => ({
      from: row.fromEmail,
      to: row.toEmail,
      asset: row.asset,
      qty: formatUnits(row.amount, scaleOf(parts.catalog(), row.asset)),
      status: 'SUCCESS' as const,
      tranId: row.tranId,
      time: row.at,
    }));
  },
);
