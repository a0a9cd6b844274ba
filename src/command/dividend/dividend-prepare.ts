/**
 * A dividend for many holders. Its shares are computed from one snapshot and stored in several commits of bounded size.
 * The last of these commits makes it `distributing`. Before that, none of it is visible or paid; if that commit does
 * not happen in time, the stored rows are deleted.
 */

import { formatUnits } from '../../contract/decimal.ts';
import { isRejection, reject } from '../../contract/errors.ts';
import { scaleOf } from '../../domain/catalog/catalog.ts';
import type { AccountUnits } from '../../domain/dividend.ts';
import { dividendNumbered, dividendShareOf } from '../../store/lookups.ts';
import type { Command, Write } from '../../store/port.ts';
import type { Row } from '../../store/tables.ts';
import { refusalOfFirstStep } from '../approval/second-person.ts';
import { type Operator, UnitOfWork } from '../unit-of-work.ts';
import {
  auditDividend,
  type DividendDistributed,
  type DividendDistribution,
  describeDividend,
  newDividend,
  type OrderError,
  readOrder,
} from './dividend-distribute.ts';

/** A dividend whose preparation takes longer than this cannot be started. */
const preparationLimitMs = 5 * 60_000;
/** Later than the limit, because the clocks of several processes may differ. */
const discardAfterMs = 2 * preparationLimitMs;

export const beginDividend: Command<
  DividendDistribution,
  { readonly tranId: number; readonly totalUnits: bigint },
  OrderError | 'second-person-needed'
> = {
  name: 'dividend-begin',
  prefetch: [],
  decide({ operator, ...order }, rows, context) {
    const terms = readOrder(order, context.catalog);
    if (isRejection(terms)) return terms;
    const tranId = context.ids.tranId();
    const writes: readonly Write[] = [
      { insert: 'dividends', row: newDividend(order, terms, tranId, context.nowMs) },
    ];
    const refusal = refusalOfFirstStep(writes, operator, rows, context);
    return refusal ?? { reply: { tranId, totalUnits: terms.total }, writes };
  },
};

export const recordDividendShares: Command<
  { readonly tranId: number; readonly shares: readonly AccountUnits[] },
  object,
  'dividend-abandoned'
> = {
  name: 'dividend-shares-record',
  prefetch: [({ tranId }) => [dividendNumbered(tranId)]],
  decide({ tranId, shares }, rows, { nowMs }) {
    if (!isPreparing(rows.one(dividendNumbered(tranId)), nowMs)) return tookTooLong;
    return {
      reply: {},
      writes: shares.map(({ accountId, units }) => ({
        insert: 'dividend_shares',
        row: { tranId, accountId, amount: units },
      })),
    };
  },
};

export type DividendStart = {
  readonly operator: Operator;
  readonly tranId: number;
  /** Number of recorded shares. */
  readonly payments: number;
};

/** Makes the prepared dividend `distributing`. After this commit all its shares will be paid. */
export const startDividend: Command<DividendStart, DividendDistributed, 'dividend-abandoned'> = {
  name: 'dividend-start',
  prefetch: [({ tranId }) => [dividendNumbered(tranId)]],
  decide({ operator, tranId, payments }, rows, context) {
    const { catalog, nowMs } = context;
    const prepared = rows.one(dividendNumbered(tranId));
    if (!isPreparing(prepared, nowMs)) return tookTooLong;
    const dividend: Row<'dividends'> = { ...prepared, state: 'distributing', payments, at: nowMs };
    const work = new UnitOfWork(rows, context);
    work.write({ put: 'dividends', row: dividend });
    const scale = scaleOf(catalog, dividend.asset);
    auditDividend(work, operator, dividend, formatUnits(dividend.total, scale));
    return work.reply(describeDividend(dividend, catalog, 'distributing'));
  },
};

/** Deletes the shares of the given accounts in an abandoned dividend; without accounts, deletes the dividend itself. */
export const discardDividend: Command<
  { readonly tranId: number; readonly accountIds: readonly number[] },
  object
> = {
  name: 'dividend-discard',
  prefetch: [
    ({ tranId, accountIds }) => [
      dividendNumbered(tranId),
      ...accountIds.map((accountId) => dividendShareOf(tranId, accountId)),
    ],
  ],
  decide({ tranId, accountIds }, rows, { nowMs }) {
    const dividend = rows.one(dividendNumbered(tranId));
    if (dividend === undefined || !isAbandoned(dividend, nowMs)) return { reply: {}, writes: [] };
    if (accountIds.length === 0) return { reply: {}, writes: [{ delete: 'dividends', key: { tranId } }] };
    return {
      reply: {},
      writes: accountIds
        .filter((accountId) => rows.one(dividendShareOf(tranId, accountId)) !== undefined)
        .map((accountId) => ({ delete: 'dividend_shares', key: { tranId, accountId } })),
    };
  },
};

/** The time (ms) from which no process can start the dividend any more, if it is still being prepared. */
export function abandonedFrom({ at }: Row<'dividends'>): number {
  return at + discardAfterMs + 1;
}

/** @returns whether the preparation is so old that no process can start the dividend any more. */
export function isAbandoned(dividend: Row<'dividends'>, nowMs: number): boolean {
  return dividend.state === 'preparing' && nowMs >= abandonedFrom(dividend);
}

function isPreparing(dividend: Row<'dividends'> | undefined, nowMs: number): dividend is Row<'dividends'> {
  return dividend?.state === 'preparing' && nowMs <= dividend.at + preparationLimitMs;
}

const tookTooLong = reject('dividend-abandoned');
