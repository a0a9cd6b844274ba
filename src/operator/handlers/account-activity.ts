/** The activity of a customer within the exchange, for the page of the customer: the newest items of each kind. */
import type { getAccount } from '../../contract/operator/account-page.ts';
import type { OperatorReply } from '../../contract/operator-operation.ts';
import type { OperatorParts } from '../handler.ts';
import { amountText } from './subject.ts';

type AccountPage = OperatorReply<typeof getAccount>;
type InnerMovement = AccountPage['innerMovements'][number];

/** Number of items of each kind. */
const shown = 20;
const always = { from: 0, to: Number.MAX_SAFE_INTEGER };

export async function innerMovementsOf(parts: OperatorParts, accountId: number): Promise<InnerMovement[]> {
  const kinds = [
    await familyOf(parts, accountId),
    await walletsOf(parts, accountId),
    await gainsOf(parts, accountId),
  ];
  return kinds.flat().sort((one, other) => other.time - one.time);
}

const amountOf = (parts: OperatorParts, { asset, amount }: { asset: string; amount: bigint }) => ({
  asset,
  amount: amountText(parts, asset, amount),
});

/** Newest first, from and to the account. */
async function familyOf(parts: OperatorParts, accountId: number): Promise<InnerMovement[]> {
  const page = { limit: shown, offset: 0 };
  const sent = await parts.reads.familyTransfers({ fromAccountId: accountId, ...always }, page);
  const received = await parts.reads.familyTransfers({ toAccountId: accountId, ...always }, page);
  return [...sent, ...received]
    .sort((one, other) => other.tranId - one.tranId)
    .slice(0, shown)
    .map((row) => ({
      kind: 'sub-account-transfer',
      ...{ tranId: row.tranId, time: row.at, ...amountOf(parts, row), from: row.fromEmail, to: row.toEmail },
    }));
}

async function walletsOf(parts: OperatorParts, accountId: number): Promise<InnerMovement[]> {
  const rows = await parts.reads.newestOfAccount('wallet_transfers', accountId, shown);
  return rows.map((row) => ({
    kind: 'wallet-transfer',
    ...{ tranId: row.tranId, time: row.at, ...amountOf(parts, row) },
    ...{ from: row.fromWallet, to: row.fromWallet === 'spot' ? 'funding' : 'spot' },
  }));
}

async function gainsOf(parts: OperatorParts, accountId: number): Promise<InnerMovement[]> {
  const dust = await parts.reads.newestOfAccount('dust_conversions', accountId, shown);
  const dividends = await parts.reads.newestOfAccount('dividend_payments', accountId, shown);
  const sides = { from: null, to: null };
  return [
    ...dust.map(({ tranId, at: time }) => ({
      kind: 'dust-conversion' as const,
      ...{ tranId, time, asset: null, amount: null, ...sides },
    })),
    ...dividends.map((row) => ({
      kind: 'dividend' as const,
      ...{ tranId: row.tranId, time: row.at, ...amountOf(parts, row), ...sides },
    })),
  ];
}

export async function tradingOf(
  { reads }: OperatorParts,
  accountId: number,
): Promise<AccountPage['trading']> {
  const stored = await reads.row('trading_indicators', { accountId });
  const events = await reads.newestOfAccount('order_events', accountId, shown);
  return {
    evaluatedTime: stored?.evaluatedAt ?? null,
    indicators: stored?.indicators ?? {},
    orderEvents: events.map(({ at: time, symbol, timeInForce, submitted, filled, outcome }) => ({
      ...{ time, symbol, timeInForce, submitted, filled, outcome },
    })),
  };
}
