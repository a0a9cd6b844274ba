import { dustTarget } from '../../command/ledger/dust-price.ts';
import { unwrap } from '../../command/outcome.ts';
import { formatFixed, formatUnits } from '../../contract/decimal.ts';
import { isRejection } from '../../contract/errors.ts';
import type { ReplyOf } from '../../contract/operation.ts';
import { dustConvert } from '../../contract/wapi/dust-convert.ts';
import { dustLog } from '../../contract/wapi/dust-log.ts';
import { historyPageLimit } from '../../contract/wapi/history-parameters.ts';
import { type Catalog, scaleOf } from '../../domain/catalog/catalog.ts';
import type { StoredDustLine } from '../../domain/dust.ts';
import type { Row } from '../../store/tables.ts';
import { implement } from '../handler.ts';
import { historyPage } from '../history-page.ts';
import { utcSeconds } from '../utc-text.ts';

/** spec: the reply contains gross amounts and the charge, with at least eight decimals. */
export const dustConvertHandler = implement(dustConvert, async (values, { account, notAfterMs }, parts) => {
  const outcome = unwrap(
    await parts.commands.submit(
      'convertDustAssets',
      { accountId: account.id, assets: values.asset },
      notAfterMs,
    ),
  );
  if (isRejection(outcome)) return outcome;
  const { tranId, atMs, lines } = outcome.done;
  const inTarget = (units: bigint) => formatFixed(units, scaleOf(parts.catalog(), dustTarget), 8);
  const sum = (amounts: readonly bigint[]) => inTarget(amounts.reduce((total, amount) => total + amount, 0n));
  return {
    totalServiceCharge: sum(lines.map((line) => line.feeUnits)),
    totalTransfered: sum(lines.map((line) => line.grossUnits)),
    transferResult: lines.map((line) => ({
      amount: formatFixed(line.amountUnits, scaleOf(parts.catalog(), line.asset), 8),
      fromAsset: line.asset,
      operateTime: atMs,
      serviceChargeAmount: inTarget(line.feeUnits),
      tranId,
      transferedAmount: inTarget(line.grossUnits),
    })),
  };
});

export const dustLogHandler = implement(dustLog, async (values, { account }, parts) => {
  const { rows, total } = await parts.reads.dustConversions(
    account.id,
    historyPage(dustLog, { limit: values.limit ?? historyPageLimit, offset: values.offset ?? 0 }),
  );
  return {
    success: true,
    results: { total, rows: rows.map((row) => renderConversion(row, parts.catalog())) },
  };
});

/** spec: the log shows net amounts, unlike the reply of the conversion. */
function renderConversion(
  { tranId, accountId, lines, at }: Row<'dust_conversions'>,
  catalog: Catalog,
): ReplyOf<typeof dustLog>['results']['rows'][number] {
  const inTarget = (units: bigint) => formatUnits(units, scaleOf(catalog, dustTarget));
  const net = (line: StoredDustLine) => BigInt(line.gross) - BigInt(line.fee);
  const time = utcSeconds(at);
  return {
    transfered_total: inTarget(lines.reduce((sum, line) => sum + net(line), 0n)),
    service_charge_total: inTarget(lines.reduce((sum, line) => sum + BigInt(line.fee), 0n)),
    tran_id: tranId,
    logs: lines.map((line) => ({
      tranId,
      serviceChargeAmount: inTarget(BigInt(line.fee)),
      uid: String(accountId),
      amount: formatUnits(BigInt(line.amount), scaleOf(catalog, line.asset)),
      operateTime: time,
      transferedAmount: inTarget(net(line)),
      fromAsset: line.asset,
    })),
    operate_time: time,
  };
}
