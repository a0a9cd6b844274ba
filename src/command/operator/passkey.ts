/** Operators register and delete their own passkeys. */
import { reject } from '../../contract/errors.ts';
import { operatorById, passkeyOf, passkeysOfOperator } from '../../store/operator-lookups.ts';
import type { Command } from '../../store/port.ts';
import type { Row } from '../../store/tables.ts';
import { type Operator, UnitOfWork } from '../unit-of-work.ts';

export type PasskeyRegistration = {
  readonly operator: Operator;
  /** As verified. */
  readonly passkey: Omit<Row<'operator_passkeys'>, 'lastUsedAt'>;
};

const maxPasskeys = 20;

export const registerPasskey: Command<
  PasskeyRegistration,
  Row<'operator_passkeys'>,
  'passkey-exists' | 'passkeys-full'
> = {
  name: 'operator-passkey-register',
  prefetch: [
    ({ passkey: { credentialId, operatorId } }) => [passkeyOf(credentialId), passkeysOfOperator(operatorId)],
  ],
  decide({ operator, passkey }, rows, context) {
    const { credentialId, operatorId, name, rpId } = passkey;
    if (rows.one(passkeyOf(credentialId)) !== undefined) return reject('passkey-exists');
    if (rows.all(passkeysOfOperator(operatorId)).length >= maxPasskeys)
      return reject('passkeys-full', { maximum: maxPasskeys });
    const work = new UnitOfWork(rows, context);
    const row = { ...passkey, lastUsedAt: null };
    work.write({ insert: 'operator_passkeys', row });
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
