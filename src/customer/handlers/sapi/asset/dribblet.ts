import { dustTarget } from '../../../../command/ledger/dust-price.ts';
import { formatUnits } from '../../../../contract/decimal.ts';
import type { ReplyOf } from '../../../../contract/operation.ts';
import { dribblet, dribbletsShown } from '../../../../contract/sapi/asset/dribblet.ts';
import { type Catalog, scaleOf } from '../../../../domain/catalog/catalog.ts';
import type { Row } from '../../../../store/tables.ts';
import { implement } from '../../../handler.ts';
import { historyPage } from '../../../history-page.ts';

export const dribbletHandler = implement(dribblet, async (values, { account }, { reads, catalog }) => {
  const { accountType, startTime: from, endTime: to } = values;
  if (accountType === 'MARGIN') return { total: 0, userAssetDribblets: [] };
  const page = historyPage(dribblet, { limit: dribbletsShown, offset: 0 });
  const { rows } = await reads.dustConversions(account.id, page, { from, to });
  return {
    total: rows.length,
    userAssetDribblets: rows.map((row) => renderConversion(row, catalog())),
  };
});

type ConversionView = ReplyOf<typeof dribblet>['userAssetDribblets'][number];

function renderConversion({ tranId, lines, at }: Row<'dust_conversions'>, catalog: Catalog): ConversionView {
  const inTarget = (...units: readonly string[]) =>
    formatUnits(
      units.reduce((sum, each) => sum + BigInt(each), 0n),
      scaleOf(catalog, dustTarget),
    );
  return {
    operateTime: at,
    totalTransferedAmount: inTarget(...lines.map((line) => line.gross)),
    totalServiceChargeAmount: inTarget(...lines.map((line) => line.fee)),
    transId: tranId,
    userAssetDribbletDetails: lines.map((line) => ({
      transId: tranId,
      serviceChargeAmount: inTarget(line.fee),
      amount: formatUnits(BigInt(line.amount), scaleOf(catalog, line.asset)),
      operateTime: at,
      transferedAmount: inTarget(line.gross),
      fromAsset: line.asset,
      targetAsset: dustTarget,
    })),
  };
}
