/** Operators change their own passwords. All other sessions of the operator end. */
import { operatorById, sessionsOfOperator } from '../../store/operator-lookups.ts';
import type { Command } from '../../store/port.ts';
import { type Operator, UnitOfWork } from '../unit-of-work.ts';
import { endSessions } from './new-session.ts';
import { noOperator } from './operator-rules.ts';

export type PasswordChange = {
  readonly operator: Operator;
  readonly operatorId: string;
  /** The session that stays. */
  readonly sessionId: string;
  readonly passwordHash: string;
};

export const changeOperatorPassword: Command<PasswordChange, { readonly name: string }, 'operator-unknown'> =
  {
    name: 'operator-password-change',
    prefetch: [({ operatorId }) => [operatorById(operatorId), sessionsOfOperator(operatorId)]],
    decide({ operator, operatorId, sessionId, passwordHash }, rows, context) {
      const row = rows.one(operatorById(operatorId));
      if (row === undefined) return noOperator(operatorId);
      const work = new UnitOfWork(rows, context);
      work.write({ update: 'operators', key: { id: operatorId }, set: { passwordHash } });
      endSessions(
        work,
        rows.all(sessionsOfOperator(operatorId)).filter(({ id }) => id !== sessionId),
      );
      work.audit(operator, 'operator-password-change', row.name);
      return work.reply({ name: row.name });
    },
  };
