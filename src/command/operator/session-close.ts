/** Operators end their own sessions. */
import { reject } from '../../contract/errors.ts';
import { operatorSessionById } from '../../store/operator-lookups.ts';
import type { Command } from '../../store/port.ts';
import { type Operator, UnitOfWork } from '../unit-of-work.ts';

export type SessionEnd = {
  readonly operator: Operator;
  readonly operatorId: string;
  readonly sessionId: string;
};

export const closeOperatorSession: Command<SessionEnd, { readonly sessionId: string }, 'session-unknown'> = {
  name: 'operator-session-close',
  prefetch: [({ sessionId }) => [operatorSessionById(sessionId)]],
  decide({ operator, operatorId, sessionId }, rows, context) {
    if (rows.one(operatorSessionById(sessionId))?.operatorId !== operatorId)
      return reject('session-unknown', { id: sessionId });
    const work = new UnitOfWork(rows, context);
    work.write({ delete: 'operator_sessions', key: { id: sessionId } });
    work.audit(operator, 'operator-sign-out', sessionId);
    return work.reply({ sessionId });
  },
};
