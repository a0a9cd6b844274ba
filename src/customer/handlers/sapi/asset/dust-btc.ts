import { type DustLine, dustTarget, priceDust } from '../../../../command/ledger/dust-price.ts';
import { formatUnits } from '../../../../contract/decimal.ts';
import type { ReplyOf } from '../../../../contract/operation.ts';
import { dustBtc } from '../../../../contract/sapi/asset/dust-btc.ts';
import { assetOf, type Catalog, scaleOf } from '../../../../domain/catalog/catalog.ts';
import { dustFeePercent } from '../../../../domain/dust.ts';
import { valueIn } from '../../../../domain/valuation.ts';
import { implement } from '../../../handler.ts';

export const dustBtcHandler = implement(dustBtc, async ({ accountType }, { account }, parts) => {
  const catalog = parts.catalog();
  const balances =
    accountType === 'MARGIN'
      ? []
      : await parts.reads.rows('balances', { accountId: account.id, wallet: 'spot' });
  const lines = balances.flatMap(({ asset, free }) => {
    const line = priceDust(asset, free, catalog);
    return 'rejected' in line ? [] : [line];
  });
  const gross = lines.reduce((sum, { grossUnits }) => sum + grossUnits, 0n);
  return {
    details: lines.map((line) => renderLine(line, catalog)),
    totalTransferBtc: valueIn('BTC', lines.map(amountOf), catalog),
    totalTransferBNB: lines.length === 0 ? '0' : formatUnits(gross, scaleOf(catalog, dustTarget)),
    dribbletPercentage: formatUnits(dustFeePercent, 2),
  };
});

const amountOf = ({ asset, amountUnits }: DustLine) => ({ asset, units: amountUnits });

function renderLine(line: DustLine, catalog: Catalog): ReplyOf<typeof dustBtc>['details'][number] {
  const { asset, amountUnits, grossUnits, feeUnits } = line;
  const { name, scale } = assetOf(catalog, asset);
  const inTarget = (units: bigint) => formatUnits(units, scaleOf(catalog, dustTarget));
  return {
    asset,
    assetFullName: name,
    amountFree: formatUnits(amountUnits, scale),
    toBTC: valueIn('BTC', [amountOf(line)], catalog),
    toBNB: inTarget(grossUnits),
    toBNBOffExchange: inTarget(grossUnits - feeUnits),
    exchange: inTarget(feeUnits),
  };
}
