import { account } from '../../../contract/api/account.ts';
import { type Decimal, formatFixed, parseDecimal, pow10 } from '../../../contract/decimal.ts';
import type { Catalog } from '../../../domain/catalog/catalog.ts';
import { isTradingLocked } from '../../account-view.ts';
import { implement } from '../../handler.ts';

export const accountHandler = implement(account, async (values, { account: caller }, parts) => {
  const { clock, reads } = parts;
  const catalog = parts.catalog();
  const nowMs = clock.world.now();
  const rows = await reads.rows('balances', { accountId: caller.id, wallet: 'spot' });
  const freeOf = new Map(rows.map(({ asset, free }) => [asset, free]));
  return {
    ...highestFees(catalog),
    canTrade: caller.enabled && !isTradingLocked(caller, nowMs),
    canWithdraw: caller.enabled,
    canDeposit: true,
    brokered: false,
    requireSelfTradePrevention: false,
    preventSor: false,
    updateTime: nowMs,
    accountType: 'SPOT',
    balances: [...catalog.assets.values()]
      .map(({ asset, scale }) => ({ asset, scale, free: freeOf.get(asset) ?? 0n }))
      .filter(({ free }) => free > 0n || values.omitZeroBalances !== true)
      .map(({ asset, scale, free }) => ({
        asset,
        free: formatFixed(free, scale, 8),
        locked: formatFixed(0n, scale, 8),
      })),
    permissions: ['SPOT'],
    uid: caller.id,
  };
});

function highestFees({ symbols }: Catalog) {
  const maker = highest([...symbols.values()].map((each) => each.maker));
  const taker = highest([...symbols.values()].map((each) => each.taker));
  const rate = ({ coefficient, scale }: Decimal) => formatFixed(coefficient, scale, 8);
  return {
    makerCommission: basisPoints(maker),
    takerCommission: basisPoints(taker),
    buyerCommission: 0,
    sellerCommission: 0,
    commissionRates: { maker: rate(maker), taker: rate(taker), buyer: rate(nothing), seller: rate(nothing) },
  };
}

const nothing: Decimal = { coefficient: 0n, scale: 0 };

function highest(fractions: readonly string[]): Decimal {
  return fractions.map((text) => parseDecimal(text) ?? nothing).reduce(larger, nothing);
}

function larger(one: Decimal, other: Decimal): Decimal {
  return one.coefficient * pow10(other.scale) >= other.coefficient * pow10(one.scale) ? one : other;
}

/** A fraction in basis points, rounded up. */
function basisPoints({ coefficient, scale }: Decimal): number {
  return Number((coefficient * 10_000n + pow10(scale) - 1n) / pow10(scale));
}
