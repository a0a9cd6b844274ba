/** Pays a batch of the shares of a dividend. One commit writes the transfers and payments and deletes the shares. */
import {
  balanceOf,
  custodyOf,
  dividendNumbered,
  dividendShareOf,
  dividendSharesOf,
} from '../../store/lookups.ts';
import type { Command } from '../../store/port.ts';
import { UnitOfWork } from '../unit-of-work.ts';
import { payPart } from './dividend-payment.ts';

type Page = { readonly tranId: number; readonly accountIds: readonly number[] };

export const payDividendShares: Command<Page, { readonly paid: number }> = {
  name: 'dividend-pay',
  prefetch: [
    ({ tranId, accountIds }) => [
      dividendNumbered(tranId),
      ...accountIds.map((accountId) => dividendShareOf(tranId, accountId)),
    ],
    ({ tranId, accountIds }, rows) => {
      const dividend = rows.one(dividendNumbered(tranId));
      if (dividend === undefined) return [];
      const { asset } = dividend;
      return [custodyOf(asset), ...accountIds.map((accountId) => balanceOf(accountId, asset))];
    },
  ],
  decide({ tranId, accountIds }, rows, context) {
    const dividend = rows.one(dividendNumbered(tranId));
    const work = new UnitOfWork(rows, context);
    if (dividend?.state !== 'distributing') return work.reply({ paid: 0 });
    // A share that another process has paid in the meantime no longer exists.
    const shares = accountIds.flatMap((accountId) => rows.all(dividendShareOf(tranId, accountId)));
    for (const { accountId, amount } of shares) {
      payPart(work, dividend, { accountId, units: amount }, context.nowMs);
      work.write({ delete: 'dividend_shares', key: { tranId, accountId } });
    }
    return work.reply({ paid: shares.length });
  },
};

/** Marks a dividend as done when it has no unpaid shares left. */
export const finishDividend: Command<{ readonly tranId: number }, { readonly finished: boolean }> = {
  name: 'dividend-finish',
  prefetch: [({ tranId }) => [dividendNumbered(tranId), dividendSharesOf(tranId)]],
  decide({ tranId }, rows) {
    const dividend = rows.one(dividendNumbered(tranId));
    const finished = dividend?.state === 'distributing' && rows.all(dividendSharesOf(tranId)).length === 0;
    if (!finished) return { reply: { finished }, writes: [] };
    return { reply: { finished }, writes: [{ put: 'dividends', row: { ...dividend, state: 'done' } }] };
  },
};
