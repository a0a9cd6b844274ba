/**
 * Records order reports of the matching engine, from which trading indicators are computed. Either all are recorded or
 * none.
 */

import { type Decimal, formatDecimal } from '../../contract/decimal.ts';
import { reject } from '../../contract/errors.ts';
import { normaliseEmail } from '../../domain/email.ts';
import type { OrderEvent } from '../../domain/trading/trading-status.ts';
import { accountByEmail } from '../../store/lookups.ts';
import type { Command } from '../../store/port.ts';
import { type Operator, UnitOfWork } from '../unit-of-work.ts';

export type ReportedOrder = {
  readonly email: string;
  readonly symbol: string;
  readonly timeInForce: OrderEvent['timeInForce'];
  /** Values in the quote asset: of the whole order and of its filled part. */
  readonly submitted: Decimal;
  readonly filled: Decimal;
  readonly outcome: OrderEvent['outcome'];
  /** Time from the placement of an order to its cancellation. */
  readonly openMs?: number | undefined;
};

export type OrderEventReport = { readonly operator: Operator; readonly events: readonly ReportedOrder[] };

type EventError = 'event-account-unknown' | 'event-symbol-unknown' | 'event-negative' | 'event-too-precise';

export const recordOrderEvents: Command<OrderEventReport, { readonly recorded: number }, EventError> = {
  name: 'order-events-record',
  prefetch: [
    ({ events }) =>
      [...new Set(events.map(({ email }) => normaliseEmail(email)))].map((email) => accountByEmail(email)),
  ],
  decide({ operator, events }, rows, context) {
    const work = new UnitOfWork(rows, context);
    for (const [index, event] of events.entries()) {
      const account = rows.one(accountByEmail(normaliseEmail(event.email)));
      if (account === undefined) return reject('event-account-unknown', { index, email: event.email });
      if (!context.catalog.symbols.has(event.symbol)) {
        return reject('event-symbol-unknown', { index, symbol: event.symbol });
      }
      if (event.submitted.coefficient < 0n || event.filled.coefficient < 0n || (event.openMs ?? 0) < 0) {
        return reject('event-negative', { index });
      }
      if (!isStorable(event.submitted) || !isStorable(event.filled)) {
        return reject('event-too-precise', { index });
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

/** @returns whether the canonical text of the value can be parsed again. */
function isStorable({ coefficient, scale }: Decimal): boolean {
  return scale <= 18 && coefficient < 10n ** 36n;
}
