/** Signs an operator in: the caller has checked the password or the passkey against the row that it names. */
import { reject } from '../../contract/errors.ts';
import { operatorById, passkeyOf, sessionsOfOperator } from '../../store/operator-lookups.ts';
import type { Command, Rows } from '../../store/port.ts';
import type { Row } from '../../store/tables.ts';
import { UnitOfWork } from '../unit-of-work.ts';
import { addSession, endSessions, type NewSession, surplusSessions } from './new-session.ts';
import { type PasskeyUse, spendChallenge } from './passkey-use.ts';

/** The credential that was checked. It must still be valid at the commit. */
export type CheckedCredential = { readonly passwordHash: string } | { readonly passkey: PasskeyUse };

export type SessionOpening = {
  readonly operatorId: string;
  readonly credential: CheckedCredential;
  readonly session: NewSession;
};

export type SessionOpened = {
  readonly operator: Row<'operators'>;
  readonly session: Row<'operator_sessions'>;
};

export const openOperatorSession: Command<SessionOpening, SessionOpened, 'credential-stale'> = {
  name: 'operator-session-open',
  prefetch: [
    ({ operatorId, credential }) => [
      operatorById(operatorId),
      sessionsOfOperator(operatorId),
      ...('passkey' in credential ? [passkeyOf(credential.passkey.credentialId)] : []),
    ],
  ],
  decide({ operatorId, credential, session }, rows, context) {
    const operator = rows.one(operatorById(operatorId));
    if (operator?.state !== 'active') return reject('credential-stale');
    const work = new UnitOfWork(rows, context);
    if (!isStillValid(credential, operator, rows, work)) return reject('credential-stale');
    const lastSeenAt = session.atMs;
    work.write({ update: 'operators', key: { id: operatorId }, set: { lastSeenAt } });
    endSessions(work, surplusSessions(rows.all(sessionsOfOperator(operatorId)), session.atMs));
    const opened = addSession(work, operator, session, context);
    return work.reply({ operator: { ...operator, lastSeenAt }, session: opened });
  },
};

/** Uses up the challenge of a passkey. */
export function isStillValid(
  credential: CheckedCredential,
  operator: Row<'operators'>,
  rows: Rows,
  work: UnitOfWork,
): boolean {
  if ('passkey' in credential) return spendChallenge(credential.passkey, operator.id, rows, work);
  return operator.passwordHash === credential.passwordHash;
}
