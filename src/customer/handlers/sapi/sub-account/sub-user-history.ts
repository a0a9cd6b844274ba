import { formatUnits } from '../../../../contract/decimal.ts';
import {
  incoming,
  outgoing,
  subUserTransferHistory,
} from '../../../../contract/sapi/sub-account/sub-user-history.ts';
import { scaleOf } from '../../../../domain/catalog/catalog.ts';
import { implement } from '../../../handler.ts';

export const subUserTransferHistoryHandler = implement(
  subUserTransferHistory,
  async ({ asset, type = outgoing, startTime, endTime, limit = 500 }, { account }, { reads, catalog }) => {
    const isIncoming = type === incoming;
    const side = isIncoming ? { toAccountId: account.id } : { fromAccountId: account.id };
    const range = { from: startTime ?? 0, to: endTime ?? Number.MAX_SAFE_INTEGER };
    const rows = await reads.familyTransfers({ ...side, ...range, asset }, { limit, offset: 0 });
    return rows.map((row) => ({
      counterParty:
        (isIncoming ? row.fromAccountId : row.toAccountId) === row.masterId ? 'master' : 'subAccount',
      email: isIncoming ? row.fromEmail : row.toEmail,
      type,
      asset: row.asset,
      qty: formatUnits(row.amount, scaleOf(catalog(), row.asset)),
      fromAccountType: 'SPOT' as const,
      toAccountType: 'SPOT' as const,
      status: 'SUCCESS' as const,
      tranId: row.tranId,
      time: row.at,
    }));
  },
);
