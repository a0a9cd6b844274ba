/** Records another proof of identity in a session: the caller has checked the password or the passkey. */
import { reject } from '../../contract/errors.ts';
import { operatorById, operatorSessionById, passkeyOf } from '../../store/operator-lookups.ts';
import type { Command } from '../../store/port.ts';
import type { Row } from '../../store/tables.ts';
import { type Operator, UnitOfWork } from '../unit-of-work.ts';
import { type CheckedCredential, isStillValid } from './session-open.ts';

export type IdentityProof = {
  readonly operator: Operator;
  readonly sessionId: string;
  readonly operatorId: string;
  readonly credential: CheckedCredential;
  /** `password`, or `passkey` and the id of its credential. */
  readonly by: string;
  /** Wire time, ms. */
  readonly atMs: number;
};

export const proveIdentity: Command<IdentityProof, Row<'operator_sessions'>, 'credential-stale'> = {
  name: 'operator-identity-prove',
  prefetch: [
    ({ operatorId, sessionId, credential }) => [
      operatorById(operatorId),
      operatorSessionById(sessionId),
      ...('passkey' in credential ? [passkeyOf(credential.passkey.credentialId)] : []),
    ],
  ],
  decide({ operator, sessionId, operatorId, credential, by, atMs }, rows, context) {
    const row = rows.one(operatorById(operatorId));
    const session = rows.one(operatorSessionById(sessionId));
    if (row === undefined || session?.operatorId !== operatorId) return reject('credential-stale');
    const work = new UnitOfWork(rows, context);
    if (!isStillValid(credential, row, rows, work)) return reject('credential-stale');
    const set = { provedAt: atMs, provedBy: by };
    work.write({ update: 'operator_sessions', key: { id: sessionId }, set });
    work.audit(operator, 'operator-identity-prove', row.name, { session: sessionId, by });
    return work.reply({ ...session, ...set });
  },
};
