/**
 * Converts the entire free balance of each given asset to BNB at the operator's prices, less a charge of 2 %; either
 * all assets of a call or none. The gross amount is credited from the custody of BNB's default network and the charge
 * is then debited, so that the ledger contains both. The dust account receives the converted assets.
 */
import { type Decimal, parseDecimal } from '../../contract/decimal.ts';
import { type Rejection, reject } from '../../contract/errors.ts';
import {
  type Asset,
  assetOf,
  type Catalog,
  defaultNetworkOf,
  priceOf,
} from '../../domain/catalog/catalog.ts';
import { convertDust, exceedsDustLimit, type StoredDustLine } from '../../domain/dust.ts';
import { customerAccount, exchangeAccounts } from '../../domain/ledger/ledger.ts';
import { accountById, balanceOf, custodyOf, dustConversionsSince } from '../../store/lookups.ts';
import type { Command, DecisionContext, Lookup, Rows } from '../../store/port.ts';
import { UnitOfWork } from '../unit-of-work.ts';
import { payFromCustody } from './custody-payment.ts';

export type DustRequest = { readonly accountId: number; readonly assets: readonly string[] };

/** The amount is in units of the asset; gross amount and charge are in units of BNB. */
export type DustLine = {
  readonly asset: string;
  readonly amountUnits: bigint;
  readonly grossUnits: bigint;
  readonly feeUnits: bigint;
};

export type DustConverted = {
  readonly tranId: number;
  readonly atMs: number;
  readonly lines: readonly DustLine[];
};

const target = 'BNB';
const hourMs = 3_600_000;

type LineError = 'dust-asset-refused' | 'dust-asset-missing' | 'dust-too-large' | 'dust-too-small';
type DustError = 'deadline-passed' | 'account-disabled' | 'dust-assets-empty' | 'dust-too-soon' | LineError;

export const convertDustAssets: Command<DustRequest, DustConverted, DustError> = {
  name: 'dust-convert',
  prefetch: [
    ({ accountId, assets }, _rows, context) => [
      accountById(accountId),
      ...[...new Set([...assets, target])].map((asset) => balanceOf(accountId, asset)),
      ...earlierConversions(accountId, context),
      custodyOf(target),
    ],
  ],
  decide({ accountId, assets }, rows, context) {
    if (!rows.one(accountById(accountId))?.enabled) return reject('account-disabled');
    if (assets.length === 0) return reject('dust-assets-empty');
    const lines: DustLine[] = [];
    for (const asset of new Set(assets)) {
      const line = priceLine(asset, accountId, rows, context.catalog);
      if ('rejected' in line) return line;
      lines.push(line);
    }
    return checkInterval(accountId, rows, context) ?? convert(accountId, lines, rows, context);
  },
};

/** No lookup is needed if there is no minimum interval. */
function earlierConversions(
  accountId: number,
  { catalog, nowMs }: DecisionContext,
): readonly Lookup<'dust_conversions'>[] {
  const { dustIntervalHours } = catalog.settings;
  // A conversion exactly one interval ago no longer counts.
  return dustIntervalHours > 0
    ? [dustConversionsSince(accountId, nowMs - dustIntervalHours * hourMs + 1)]
    : [];
}

function checkInterval(accountId: number, rows: Rows, context: DecisionContext) {
  const tooSoon = earlierConversions(accountId, context).some((lookup) => rows.all(lookup).length > 0);
  return tooSoon ? reject('dust-too-soon', { hours: context.catalog.settings.dustIntervalHours }) : undefined;
}

function priceLine(
  code: string,
  accountId: number,
  rows: Rows,
  catalog: Catalog,
): DustLine | Rejection<LineError> {
  if (code === target) return reject('dust-asset-refused', { asset: code });
  const asset = catalog.assets.get(code);
  const amountUnits = rows.one(balanceOf(accountId, code))?.free ?? 0n;
  if (asset === undefined || amountUnits === 0n) return reject('dust-asset-missing', { asset: code });
  const targetAsset = catalog.assets.get(target);
  const price = priceOf(catalog, code);
  const targetPrice = priceOf(catalog, target);
  if (targetAsset === undefined || price === null || targetPrice === null) {
    return reject('dust-asset-refused', { asset: code });
  }
  const dust = { amountUnits, assetScale: asset.scale, price };
  const refusal = checkLimit(asset, dust, catalog);
  if (refusal !== undefined) return refusal;
  const converted = convertDust({ ...dust, targetPrice, targetScale: targetAsset.scale });
  if (converted.netUnits === 0n) return reject('dust-too-small', { asset: code });
  return { asset: code, amountUnits, grossUnits: converted.grossUnits, feeUnits: converted.feeUnits };
}

function checkLimit(
  { asset }: Asset,
  dust: { amountUnits: bigint; assetScale: number; price: Decimal },
  catalog: Catalog,
): Rejection<LineError> | undefined {
  const { dustLimitBtc } = catalog.settings;
  if (dustLimitBtc === null) return undefined;
  const btcPrice = priceOf(catalog, 'BTC');
  const limit = parseDecimal(dustLimitBtc);
  if (btcPrice === null || limit === null) return reject('dust-asset-refused', { asset });
  return exceedsDustLimit({ ...dust, btcPrice, limit })
    ? reject('dust-too-large', { asset, limit: dustLimitBtc })
    : undefined;
}

function convert(accountId: number, lines: readonly DustLine[], rows: Rows, context: DecisionContext) {
  const tranId = context.ids.tranId();
  const work = new UnitOfWork(rows, context);
  const payout = defaultNetworkOf(assetOf(context.catalog, target)).network;
  for (const line of lines) postLine(work, accountId, line, payout, `${tranId}`);
  work.write({
    insert: 'dust_conversions',
    row: { tranId, accountId, lines: lines.map(storedLine), at: context.nowMs },
  });
  return work.reply({ tranId, atMs: context.nowMs, lines });
}

function postLine(
  work: UnitOfWork,
  accountId: number,
  line: DustLine,
  network: string,
  reference: string,
): void {
  const customer = customerAccount(accountId, 'free');
  work.post({
    kind: 'dust-convert',
    asset: line.asset,
    amount: line.amountUnits,
    debit: customer,
    credit: exchangeAccounts.dust,
    reference,
  });
  payFromCustody(work, {
    kind: 'dust-convert',
    asset: target,
    network,
    amount: line.grossUnits,
    accountId,
    reference,
  });
  work.post({
    kind: 'dust-fee',
    asset: target,
    amount: line.feeUnits,
    debit: customer,
    credit: exchangeAccounts.fees,
    reference,
  });
}

function storedLine({ asset, amountUnits, grossUnits, feeUnits }: DustLine): StoredDustLine {
  return { asset, amount: `${amountUnits}`, gross: `${grossUnits}`, fee: `${feeUnits}` };
}
