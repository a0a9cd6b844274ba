/**
 * Distributes a dividend among all accounts that hold an asset at this moment, in proportion to their balances, held
 * amounts included. Every share is posted and listed, and the shares add up to the total exactly. They are paid from
 * the custody of the asset's default network. This command is for few holders, whose shares fit into one commit; for
 * many, the shares are stored first (dividend-prepare) and paid in batches (dividend-pay).
 */
import { type Decimal, formatDecimal, formatUnits } from '../../contract/decimal.ts';
import { isRejection, type Rejection, reject } from '../../contract/errors.ts';
import { type Catalog, scaleOf } from '../../domain/catalog/catalog.ts';
import { allotDividend, holdersAmong } from '../../domain/dividend.ts';
import { balanceOf, balancesOfAsset, custodyOf } from '../../store/lookups.ts';
import type { Command } from '../../store/port.ts';
import type { Row } from '../../store/tables.ts';
import { backingNetwork } from '../ledger/custody-payment.ts';
import { noAsset } from '../operator-rejections.ts';
import { readAmount } from '../read-amount.ts';
import { type Operator, UnitOfWork } from '../unit-of-work.ts';
import { payPart } from './dividend-payment.ts';

export type DividendOrder = {
  readonly asset: string;
  readonly holdersOf: string;
  readonly total: Decimal;
  readonly info: string;
};
export type DividendDistribution = DividendOrder & { readonly operator: Operator };

/** The total is canonical decimal text; `payments` is the number of accounts that receive a share. */
export type DividendDistributed = {
  readonly tranId: number;
  readonly total: string;
  readonly payments: number;
  readonly status: 'distributing' | 'done';
  readonly timeMs: number;
};

export const distributeDividend: Command<
  DividendDistribution,
  DividendDistributed,
  OrderError | 'asset-not-held'
> = {
  name: 'dividend-distribute',
  prefetch: [
    ({ asset, holdersOf }) => [balancesOfAsset(holdersOf), custodyOf(asset)],
    ({ asset, holdersOf }, rows) =>
      holdersAmong(rows.all(balancesOfAsset(holdersOf))).map(({ accountId }) => balanceOf(accountId, asset)),
  ],
  decide({ operator, ...order }, rows, context) {
    const terms = readOrder(order, context.catalog);
    if (isRejection(terms)) return terms;
    const holders = holdersAmong(rows.all(balancesOfAsset(order.holdersOf)));
    if (holders.length === 0) return reject('asset-not-held', { asset: order.holdersOf });
    const parts = allotDividend(terms.total, holders);
    const dividend: Row<'dividends'> = {
      ...newDividend(order, terms, context.ids.tranId(), context.nowMs),
      state: 'done',
      payments: parts.length,
    };
    const work = new UnitOfWork(rows, context);
    work.write({ insert: 'dividends', row: dividend });
    for (const part of parts) payPart(work, dividend, part, context.nowMs);
    auditDividend(work, operator, dividend, formatDecimal(order.total));
    return work.reply(describeDividend(dividend, context.catalog, 'done'));
  },
};

/** The total in units, and the network whose custody pays. Later changes of the asset do not change that network. */
type Terms = { readonly total: bigint; readonly network: string };

export type OrderError = 'asset-unknown' | 'precision-exceeded' | 'amount-not-positive' | 'network-unknown';

/** @returns the terms, or the reason why the order is rejected. */
export function readOrder(order: DividendOrder, { assets }: Catalog): Terms | Rejection<OrderError> {
  const asset = assets.get(order.asset);
  if (asset === undefined) return noAsset(order.asset);
  if (!assets.has(order.holdersOf)) return noAsset(order.holdersOf);
  const total = readAmount(order.total, asset);
  if (typeof total !== 'bigint') return total;
  const network = backingNetwork(asset);
  return typeof network === 'string' ? { total, network } : network;
}

export function newDividend(
  { asset, holdersOf, info }: DividendOrder,
  { total, network }: Terms,
  tranId: number,
  nowMs: number,
): Row<'dividends'> {
  const base = { tranId, asset, holdersOf, network, total, info };
  return { ...base, state: 'preparing', payments: 0, at: nowMs };
}

export function auditDividend(
  work: UnitOfWork,
  operator: Operator,
  { tranId, asset, holdersOf, info, payments }: Row<'dividends'>,
  total: string,
): void {
  const details = { asset, holdersOf, total, info, payments };
  work.audit(operator, 'dividend-distribute', `${tranId}`, details);
}

export function describeDividend(
  { tranId, asset, total, payments, at }: Row<'dividends'>,
  catalog: Catalog,
  status: DividendDistributed['status'],
): DividendDistributed {
  return { tranId, total: formatUnits(total, scaleOf(catalog, asset)), payments, status, timeMs: at };
}
