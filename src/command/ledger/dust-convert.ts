/**
 * Converts the entire free balance of each given asset to BNB at the operator's prices, less a charge of 2 %; either
 * all assets of a call or none. The gross amount is credited from the custody of BNB's default network and the charge
 * is then debited, so that the ledger contains both. The dust account receives the converted assets.
 */
import { reject } from '../../contract/errors.ts';
import { assetOf, defaultNetworkOf } from '../../domain/catalog/catalog.ts';
import type { StoredDustLine } from '../../domain/dust.ts';
import { customerAccount, exchangeAccounts } from '../../domain/ledger/ledger.ts';
import { accountById, balanceOf, custodyOf, dustConversionsSince } from '../../store/lookups.ts';
import type { Command, DecisionContext, Lookup, Rows } from '../../store/port.ts';
import { UnitOfWork } from '../unit-of-work.ts';
import { payFromCustody } from './custody-payment.ts';
import { type DustLine, type DustLineError, dustTarget, priceDust } from './dust-price.ts';

export type DustRequest = { readonly accountId: number; readonly assets: readonly string[] };

export type DustConverted = {
  readonly tranId: number;
  readonly atMs: number;
  readonly lines: readonly DustLine[];
};

const hourMs = 3_600_000;

type DustError =
  | 'deadline-passed'
  | 'account-disabled'
  | 'dust-assets-empty'
  | 'dust-too-soon'
  | DustLineError;

export const convertDustAssets: Command<DustRequest, DustConverted, DustError> = {
  name: 'dust-convert',
  prefetch: [
    ({ accountId, assets }, _rows, context) => [
      accountById(accountId),
      ...[...new Set([...assets, dustTarget])].map((asset) => balanceOf(accountId, asset)),
      ...earlierConversions(accountId, context),
      custodyOf(dustTarget),
    ],
  ],
  decide({ accountId, assets }, rows, context) {
    if (!rows.one(accountById(accountId))?.enabled) return reject('account-disabled');
    if (assets.length === 0) return reject('dust-assets-empty');
    const lines: DustLine[] = [];
    for (const asset of new Set(assets)) {
      const free = rows.one(balanceOf(accountId, asset))?.free ?? 0n;
      const line = priceDust(asset, free, context.catalog);
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

function convert(accountId: number, lines: readonly DustLine[], rows: Rows, context: DecisionContext) {
  const tranId = context.ids.tranId();
  const work = new UnitOfWork(rows, context);
  const payout = defaultNetworkOf(assetOf(context.catalog, dustTarget)).network;
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
    asset: dustTarget,
    network,
    amount: line.grossUnits,
    accountId,
    reference,
  });
  work.post({
    kind: 'dust-fee',
    asset: dustTarget,
    amount: line.feeUnits,
    debit: customer,
    credit: exchangeAccounts.fees,
    reference,
  });
}

function storedLine({ asset, amountUnits, grossUnits, feeUnits }: DustLine): StoredDustLine {
  return { asset, amount: `${amountUnits}`, gross: `${grossUnits}`, fee: `${feeUnits}` };
}
