/**
 * Orders of the demo world with the resulting indicators, and an account whose trading is locked.
 *
 * Indicators cover only recent minutes, so the master keeps trading, on symbols that visitors are unlikely to choose
 * for their own orders.
 */
import { evaluateIndicators, type OrderEvent } from '../domain/trading/trading-status.ts';
import { demoMaster } from './demo-accounts.ts';
import { demoUnits } from './demo-assets.ts';
import { type DemoParts, demoDecimal, demoOperator as operator, submitDemo } from './demo-parts.ts';

const symbols = ['LTCBTC', 'XRPBTC'];
const lockMs = 90 * 86_400_000;

type Order = Pick<OrderEvent, 'timeInForce' | 'outcome'> & {
  readonly filled: string;
  readonly openMs?: number;
};

const submitted = '1000';

/** spec: the sample counts 20 orders of each kind. */
const orders: readonly Order[] = [
  ...repeat(16, { timeInForce: 'GTC', outcome: 'FILLED', filled: submitted }),
  ...repeat(4, { timeInForce: 'GTC', outcome: 'CANCELED', filled: '0', openMs: 1200 }),
  ...repeat(15, { timeInForce: 'IOC', outcome: 'FILLED', filled: submitted }),
  ...repeat(5, { timeInForce: 'FOK', outcome: 'EXPIRED', filled: '0' }),
];

function repeat(count: number, order: Order): Order[] {
  return Array.from({ length: count }, () => order);
}

/** The master trades within the rules; the sub-account does not. */
export async function recordTrading(parts: DemoParts, masterId: number, lockedEmail: string): Promise<void> {
  const { reads } = parts;
  if ((await reads.orderEvents(masterId, 0, 0, 1)).length === 0) await reportOrders(parts);
  if ((await reads.row('trading_indicators', { accountId: masterId })) === undefined) {
    await evaluateOrders(parts, masterId);
  }
  if ((await reads.row('accounts', { email: lockedEmail }))?.lockedUntil !== null) return;
  await submitDemo(parts, 'putTradingLock', {
    operator,
    email: lockedEmail,
    locked: true,
    recoverAfterMs: lockMs,
    reason: 'low-fill-rate',
  });
}

/** Reports the master's orders again if there are none since `sinceMs`. */
export async function keepTrading(parts: DemoParts, sinceMs: number): Promise<void> {
  const master = await parts.reads.row('accounts', { email: demoMaster.email });
  if (master === undefined) return;
  const latest = await parts.reads.orderEvents(master.id, sinceMs, 0, 1);
  if (latest.length === 0) await reportOrders(parts);
}

async function reportOrders(parts: DemoParts): Promise<void> {
  const events = symbols.flatMap((symbol) =>
    orders.map(({ filled, ...order }) => ({
      email: demoMaster.email,
      symbol,
      ...order,
      submitted: demoDecimal(submitted),
      filled: demoDecimal(filled),
    })),
  );
  await submitDemo(parts, 'recordOrderEvents', { operator, events });
}

async function evaluateOrders(parts: DemoParts, accountId: number): Promise<void> {
  const events = symbols.flatMap((symbol) =>
    orders.map(
      ({ filled, openMs, ...order }): OrderEvent => ({
        ...order,
        symbol,
        submittedUnits: demoUnits(submitted),
        filledUnits: demoUnits(filled),
        openMs: openMs ?? null,
      }),
    ),
  );
  const evaluated = evaluateIndicators(events);
  const indicators = Object.fromEntries(
    [...evaluated].map(([symbol, each]) => [symbol, each.map(({ i, c, v, t }) => ({ i, c, v, t }))]),
  );
  await submitDemo(parts, 'recordTradingIndicators', { accountId, indicators, breached: false });
}
