/**
 * The API trading rules: how orders are evaluated per symbol, and how long a breach locks trading.
 *
 * Guarantees: ratios are compared exactly, never as the rounded value that is shown; every symbol with an order has
 * its three indicators in the order UFR, IFER, GCR; the result does not depend on the order of the events.
 */
import { present } from '../../boundary/present.ts';

export type OrderEvent = {
  symbol: string;
  timeInForce: 'GTC' | 'IOC' | 'FOK';
  /** Quote value of the order, and of its filled part. */
  submittedUnits: bigint;
  filledUnits: bigint;
  outcome: 'NEW' | 'PARTIALLY_FILLED' | 'FILLED' | 'CANCELED' | 'EXPIRED';
  /** Lifetime of a cancelled order; null if it was not cancelled. */
  openMs: number | null;
};

export type IndicatorId = 'UFR' | 'IFER' | 'GCR';

/** spec: `c` counts the evaluated orders, `v` is the value and `t` the trigger, both as exact decimal text. */
export type Indicator = { i: IndicatorId; c: number; v: string; t: string; breached: boolean };

/** Indicators by symbol, as they are stored and shown. */
export type StoredIndicators = Readonly<Record<string, readonly Pick<Indicator, 'i' | 'c' | 'v' | 't'>[]>>;

type Ratio = { numerator: bigint; denominator: bigint };

/** spec: triggerCondition, the minimum number of orders for an indicator to be evaluated, and the trigger values. */
export const tradingRules = {
  minimumCounts: { GCR: 150, IFER: 150, UFR: 300 },
  triggers: {
    GCR: { numerator: 99n, denominator: 100n },
    IFER: { numerator: 99n, denominator: 100n },
    UFR: { numerator: 995n, denominator: 1000n },
  },
} satisfies { minimumCounts: Record<IndicatorId, number>; triggers: Record<IndicatorId, Ratio> };

/** A cancellation at this age or younger counts as quick. */
const quickCancelMs = 2_500;

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const lockLadderMs: readonly number[] = [
  5 * minuteMs,
  10 * minuteMs,
  30 * minuteMs,
  hourMs,
  6 * hourMs,
  dayMs,
  3 * dayMs,
];

/** Locks move one step up the ladder, from 5 minutes to 3 days, for each earlier lock in the last 24 hours. */
export function lockDurationMs(previousLocksIn24h: number): number {
  return present(lockLadderMs[Math.min(previousLocksIn24h, lockLadderMs.length - 1)]);
}

/** @returns indicators by symbol, in alphabetical order. */
export function evaluateIndicators(events: readonly OrderEvent[]): Map<string, Indicator[]> {
  const bySymbol = Map.groupBy(events, ({ symbol }) => symbol);
  return new Map(
    [...bySymbol.keys()].sort().map((symbol) => {
      const orders = present(bySymbol.get(symbol));
      return [symbol, [evaluateUnfilled(orders), evaluateExpired(orders), evaluateCancelled(orders)]];
    }),
  );
}

/** Unfilled ratio: 1 − filled value ÷ submitted value. A fill above the submitted value does not make it negative. */
function evaluateUnfilled(orders: readonly OrderEvent[]): Indicator {
  let submittedUnits = 0n;
  let filledUnits = 0n;
  for (const order of orders) {
    submittedUnits += order.submittedUnits;
    filledUnits += order.filledUnits;
  }
  const unfilledUnits = filledUnits > submittedUnits ? 0n : submittedUnits - filledUnits;
  return evaluateRatio('UFR', orders.length, { numerator: unfilledUnits, denominator: submittedUnits });
}

/** IOC/FOK expiration ratio: orders that expired without a fill ÷ all IOC and FOK orders. */
function evaluateExpired(orders: readonly OrderEvent[]): Indicator {
  const counted = orders.filter(({ timeInForce }) => timeInForce !== 'GTC');
  const expired = counted.filter(({ outcome, filledUnits }) => outcome === 'EXPIRED' && filledUnits === 0n);
  return evaluateRatio('IFER', counted.length, ratioOfCounts(expired.length, counted.length));
}

/** GTC cancellation ratio: orders cancelled quickly and without a fill ÷ all GTC orders. */
function evaluateCancelled(orders: readonly OrderEvent[]): Indicator {
  const counted = orders.filter(({ timeInForce }) => timeInForce === 'GTC');
  const cancelled = counted.filter(
    ({ outcome, filledUnits, openMs }) =>
      outcome === 'CANCELED' && filledUnits === 0n && openMs !== null && openMs <= quickCancelMs,
  );
  return evaluateRatio('GCR', counted.length, ratioOfCounts(cancelled.length, counted.length));
}

function ratioOfCounts(part: number, whole: number): Ratio {
  return { numerator: BigInt(part), denominator: BigInt(whole) };
}

/** A ratio of 0 to 0 counts as 0. */
function evaluateRatio(i: IndicatorId, count: number, ratio: Ratio): Indicator {
  const value = ratio.denominator === 0n ? { numerator: 0n, denominator: 1n } : ratio;
  const trigger = tradingRules.triggers[i];
  const reached = value.numerator * trigger.denominator >= trigger.numerator * value.denominator;
  return {
    i,
    c: count,
    v: formatRatio(value),
    t: formatRatio(trigger),
    breached: reached && count >= tradingRules.minimumCounts[i],
  };
}

/** Up to four decimals, rounded half up, trailing zeros trimmed: '0.05', '1', '0'. */
function formatRatio({ numerator, denominator }: Ratio): string {
  const tenThousandths = (20_000n * numerator + denominator) / (2n * denominator);
  const fraction = (tenThousandths % 10_000n).toString().padStart(4, '0').replace(/0+$/, '');
  const whole = tenThousandths / 10_000n;
  return fraction === '' ? `${whole}` : `${whole}.${fraction}`;
}
