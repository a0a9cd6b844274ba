/**
 * Parts a dividend among all who hold an asset at this moment, held amounts included: every part is posted and listed,
 * and the parts add up to the total exactly. They are paid from the custody of the asset's default network.
 */
import { type Decimal, formatDecimal } from '../contract/decimal.ts';
import { allotDividend } from '../domain/dividend.ts';
import { unattributedAccountId } from '../domain/unattributed-account.ts';
import { balanceOf, balancesOfAsset, custodyOf } from '../store/lookups.ts';
import type { Command, Rows } from '../store/port.ts';
import { backingNetwork, payFromCustody } from './custody-payment.ts';
import { Draft, type Operator } from './draft.ts';
import { conflict, noAsset, readAmount } from './operator-refusal.ts';

export type DividendDistribution = {
  readonly operator: Operator;
  readonly asset: string;
  readonly holdersOf: string;
  readonly total: Decimal;
  readonly info: string;
};

export type DividendDistributed = { readonly tranId: number; readonly payments: number };

export const distributeDividend: Command<DividendDistribution, DividendDistributed> = {
  name: 'dividend-distribute',
  prefetch: [
    ({ asset, holdersOf }) => [balancesOfAsset(holdersOf), custodyOf(asset)],
    ({ asset, holdersOf }, rows) =>
      holdersAmong(rows, holdersOf).map(({ accountId }) => balanceOf(accountId, asset)),
  ],
  decide({ operator, holdersOf, info, ...dividend }, rows, context) {
    const { assets } = context.catalog;
    const asset = assets.get(dividend.asset);
    if (asset === undefined) return noAsset(dividend.asset);
    if (!assets.has(holdersOf)) return noAsset(holdersOf);
    const total = readAmount(dividend.total, asset);
    if (typeof total !== 'bigint') return total;
    const network = backingNetwork(asset);
    if (typeof network !== 'string') return network;
    const holders = holdersAmong(rows, holdersOf);
    if (holders.length === 0) return conflict(`Nobody holds ${holdersOf}.`);

    const tranId = context.ids.tranId();
    const base = { tran_id: tranId, asset: asset.asset, info, at: context.nowMs };
    const parts = allotDividend(total, holders);
    const draft = new Draft(rows, context);
    draft.write({ insert: 'dividends', row: { ...base, holders_of: holdersOf, total } });
    for (const { accountId, units } of parts) {
      payFromCustody(draft, {
        kind: 'dividend',
        asset: asset.asset,
        network,
        amount: units,
        accountId,
        reference: `${tranId}`,
      });
      draft.write({ insert: 'dividend_payments', row: { ...base, account_id: accountId, amount: units } });
    }
    draft.audit(operator, 'dividend-distribute', `${tranId}`, {
      asset: asset.asset,
      holdersOf,
      total: formatDecimal(dividend.total),
      info,
      payments: parts.length,
    });
    return draft.reply({ tranId, payments: parts.length });
  },
};

function holdersAmong(rows: Rows, asset: string) {
  return rows
    .all(balancesOfAsset(asset))
    .map(({ account_id, free, held }) => ({ accountId: account_id, units: free + held }))
    .filter(({ accountId, units }) => accountId !== unattributedAccountId && units > 0n);
}
