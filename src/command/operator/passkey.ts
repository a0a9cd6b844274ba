/** Operators register and delete their own passkeys. */
import { reject } from '../../contract/errors.ts';
import { idempotencyKeyOf } from '../../store/lookups.ts';
import { operatorById, passkeyOf, passkeysOfOperator } from '../../store/operator-lookups.ts';
import type { Command } from '../../store/port.ts';
import type { Row } from '../../store/tables.ts';
import { type Operator, UnitOfWork } from '../unit-of-work.ts';

export type PasskeyRegistration = {
  readonly operator: Operator;
  /** The passkey, after its verification. */
  readonly passkey: Omit<Row<'operator_passkeys'>, 'lastUsedAt'>;
  /** The session to which the challenge was issued. */
  readonly sessionId: string;
};

/** The row that says that a challenge is spent, also when the passkey has been deleted again. */
const spentChallenge = ({ passkey: { challengedAt }, sessionId }: PasskeyRegistration) =>
  idempotencyKeyOf('passkey-challenge', `${sessionId} ${challengedAt}`);

const maxPasskeys = 20;

export const registerPasskey: Command<
  PasskeyRegistration,
  Row<'operator_passkeys'>,
  'passkey-exists' | 'passkey-challenge-spent' | 'passkeys-full'
> = {
  name: 'operator-passkey-register',
  prefetch: [
    (input) => [
      passkeyOf(input.passkey.credentialId),
      passkeysOfOperator(input.passkey.operatorId),
      spentChallenge(input),
    ],
  ],
  decide(input, rows, context) {
    const { operator, passkey } = input;
    const { credentialId, operatorId, name, rpId } = passkey;
    if (rows.one(passkeyOf(credentialId)) !== undefined) return reject('passkey-exists');
    if (rows.all(passkeysOfOperator(operatorId)).length >= maxPasskeys)
      return reject('passkeys-full', { maximum: maxPasskeys });
    if (rows.one(spentChallenge(input)) !== undefined) return reject('passkey-challenge-spent');
    const work = new UnitOfWork(rows, context);
    const row = { ...passkey, lastUsedAt: null };
    const { operation = '', idempotencyKey = '' } = spentChallenge(input).where;
    const spent = { operation, idempotencyKey, content: credentialId, reply: null, createdAt: context.nowMs };
    work.write({ insert: 'operator_passkeys', row }, { insert: 'idempotency_keys', row: spent });
    work.audit(operator, 'operator-passkey-register', credentialId, { name, rpId });
    return work.reply(row);
  },
};

export type PasskeyDeletion = {
  readonly operator: Operator;
  readonly operatorId: string;
  readonly credentialId: string;
};

export const deletePasskey: Command<
  PasskeyDeletion,
  { readonly credentialId: string },
  'passkey-unknown' | 'passkey-last'
> = {
  name: 'operator-passkey-delete',
  prefetch: [
    ({ credentialId, operatorId }) => [
      passkeyOf(credentialId),
      passkeysOfOperator(operatorId),
      operatorById(operatorId),
    ],
  ],
  decide({ operator, operatorId, credentialId }, rows, context) {
    if (rows.one(passkeyOf(credentialId))?.operatorId !== operatorId)
      return reject('passkey-unknown', { id: credentialId });
    const isLast = rows.all(passkeysOfOperator(operatorId)).length === 1;
    if (isLast && rows.one(operatorById(operatorId))?.passwordHash == null) return reject('passkey-last');
    const work = new UnitOfWork(rows, context);
    work.write({ delete: 'operator_passkeys', key: { credentialId } });
    work.audit(operator, 'operator-passkey-delete', credentialId);
    return work.reply({ credentialId });
  },
};
