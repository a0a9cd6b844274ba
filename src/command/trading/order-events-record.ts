/** Takes in what became of orders on the trading side, so that the API trading rules can be judged. All or nothing. */
import { type Decimal, formatDecimal } from '../../contract/decimal.ts';
import { normaliseEmail } from '../../domain/email.ts';
import type { OrderEvent } from '../../domain/trading/trading-status.ts';
import { accountByEmail } from '../../store/lookups.ts';
import type { Command } from '../../store/port.ts';
import { invalid } from '../operator-refusal.ts';
import { type Operator, UnitOfWork } from '../unit-of-work.ts';

export type ReportedOrder = {
  readonly email: string;
  readonly symbol: string;
  readonly timeInForce: OrderEvent['timeInForce'];
  /** Quote value that the order asked for, and that of what was filled of it. */
  readonly submitted: Decimal;
  readonly filled: Decimal;
  readonly outcome: OrderEvent['outcome'];
  /** How long a cancelled order lived. */
  readonly openMs?: number | undefined;
};

export type OrderEventReport = { readonly operator: Operator; readonly events: readonly ReportedOrder[] };

export const recordOrderEvents: Command<OrderEventReport, { readonly recorded: number }> = {
  name: 'order-events-record',
  prefetch: [
    ({ events }) =>
      [...new Set(events.map(({ email }) => normaliseEmail(email)))].map((email) => accountByEmail(email)),
  ],
  decide({ operator, events }, rows, context) {
    const work = new UnitOfWork(rows, context);
    for (const [index, event] of events.entries()) {
      const account = rows.one(accountByEmail(normaliseEmail(event.email)));
      if (account === undefined) return invalid(`events[${index}]: there is no account ${event.email}.`);
      if (!context.catalog.symbols.has(event.symbol)) {
        return invalid(`events[${index}]: there is no symbol ${event.symbol}.`);
      }
      if (event.submitted.coefficient < 0n || event.filled.coefficient < 0n || (event.openMs ?? 0) < 0) {
        return invalid(`events[${index}]: submitted, filled and openMs are not below zero.`);
      }
      if (!isStorable(event.submitted) || !isStorable(event.filled)) {
        return invalid(`events[${index}]: submitted and filled have at most 18 decimals and 36 digits.`);
      }
      work.write({
        insert: 'order_events',
        row: {
          accountId: account.id,
          symbol: event.symbol,
          timeInForce: event.timeInForce,
          submitted: formatDecimal(event.submitted),
          filled: formatDecimal(event.filled),
          outcome: event.outcome,
          openMs: event.openMs ?? null,
          at: context.nowMs,
        },
      });
    }
    work.audit(operator, 'order-events-record', 'order events', { recorded: events.length });
    return work.reply({ recorded: events.length });
  },
};

/** Its canonical text can be read back. */
function isStorable({ coefficient, scale }: Decimal): boolean {
  return scale <= 18 && coefficient < 10n ** 36n;
}
