import { formatFixed } from '../../contract/decimal.ts';
import { assetDividend } from '../../contract/wapi/asset-dividend.ts';
import { scaleOf } from '../../domain/catalog/catalog.ts';
import { implement } from '../handler.ts';

const defaultLimit = 20;

export const assetDividendHandler = implement(assetDividend, async (values, { account }, parts) => {
  const { asset, startTime: from, endTime: to, limit = defaultLimit } = values;
  const { rows, total } = await parts.reads.dividendPayments(account.id, { asset, from, to }, limit);
  return {
    rows: rows.map((row) => ({
      amount: formatFixed(row.amount, scaleOf(parts.catalog(), row.asset), 8),
      asset: row.asset,
      divTime: row.at,
      enInfo: row.info,
      tranId: row.tranId,
    })),
    total,
  };
});
