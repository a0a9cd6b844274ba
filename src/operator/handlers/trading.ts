import { unwrap } from '../../command/outcome.ts';
import { isRejection } from '../../contract/errors.ts';
import * as operations from '../../contract/operator/trading.ts';
import { implement } from '../handler.ts';
import { decimalOf } from './subject.ts';

export const recordOrderEvents = implement(
  operations.recordOrderEvents,
  async ({ body }, operator, { commands }) => {
    const events = body.events.map(({ submitted, filled, openMs, ...event }) => ({
      ...event,
      submitted: decimalOf(submitted),
      filled: decimalOf(filled),
      openMs: openMs ?? undefined,
    }));
    const outcome = unwrap(await commands.submit('recordOrderEvents', { operator, events }));
    return isRejection(outcome) ? outcome : outcome.done;
  },
);

export const putTradingLock = implement(
  operations.putTradingLock,
  async ({ path: { email }, body: { locked, recoverAfterMs } }, operator, { commands }) => {
    const outcome = unwrap(
      await commands.submit('putTradingLock', { operator, email, locked, recoverAfterMs }),
    );
    if (isRejection(outcome)) return outcome;
    const { email: account, lockedUntilMs } = outcome.done;
    return { email: account, locked, lockedUntil: lockedUntilMs };
  },
);
