import { formatUnits } from '../../../../contract/decimal.ts';
import { isRejection, type Rejection } from '../../../../contract/errors.ts';
import { universalTransferHistory } from '../../../../contract/sapi/sub-account/universal-transfer-history.ts';
import type { ValuesOf } from '../../../../contract/schema.ts';
import { scaleOf } from '../../../../domain/catalog/catalog.ts';
import type { FamilyTransferFilter } from '../../../../store/reads/family-transfers.ts';
import type { Row } from '../../../../store/tables.ts';
import { pageNumbered, transferSide } from '../../../family.ts';
import { type HandlerParts, implement } from '../../../handler.ts';

export const universalTransferHistoryHandler = implement(
  universalTransferHistory,
  async (values, { account }, parts) => {
    const filter = await filterOf(values, account, parts);
    if (isRejection(filter)) return filter;
    const { reads } = parts;
    const [rows, totalCount] = await Promise.all([
      reads.familyTransfers(filter, pageNumbered(values.page, values.limit ?? 500)),
      reads.countFamilyTransfers(filter),
    ]);
    return {
      result: rows.map((row) => ({
        tranId: row.tranId,
        fromEmail: row.fromEmail,
        toEmail: row.toEmail,
        asset: row.asset,
        amount: formatUnits(row.amount, scaleOf(parts.catalog(), row.asset)),
        createTimeStamp: row.at,
        fromAccountType: 'SPOT' as const,
        toAccountType: 'SPOT' as const,
        status: 'SUCCESS' as const,
        ...(row.clientId !== null && { clientTranId: row.clientId }),
      })),
      totalCount,
    };
  },
);

async function filterOf(
  {
    fromEmail,
    toEmail,
    clientTranId,
    startTime,
    endTime,
  }: ValuesOf<typeof universalTransferHistory.parameters>,
  master: Row<'accounts'>,
  parts: HandlerParts,
): Promise<FamilyTransferFilter | Rejection<'parameters-conflicting' | 'sub-account-unrelated'>> {
  const range = { from: startTime ?? 0, to: endTime ?? Number.MAX_SAFE_INTEGER };
  if (clientTranId !== undefined && fromEmail === undefined && toEmail === undefined)
    return { masterId: master.id, clientId: clientTranId, ...range };
  const side = await transferSide({ fromEmail, toEmail }, master, parts);
  return isRejection(side) ? side : { ...side, clientId: clientTranId, ...range };
}
