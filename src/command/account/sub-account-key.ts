/** Finds a key of a sub-account for its master. */
import { isRejection, type Rejection, reject } from '../../contract/errors.ts';
import { normaliseEmail } from '../../domain/email.ts';
import { accountByEmail, accountById, apiKeyNamed } from '../../store/lookups.ts';
import type { AnyLookup, Lookup, Rows } from '../../store/port.ts';
import type { Row } from '../../store/tables.ts';
import type { Operator } from '../unit-of-work.ts';

export type SubAccountOrder = {
  readonly masterId: number;
  /** E-mail of the sub-account. */
  readonly email: string;
};
export type SubAccountKeyOrder = SubAccountOrder & { readonly apiKey: string };

export type SubAccountError = 'deadline-passed' | 'account-disabled' | 'sub-account-unrelated';
export type SubAccountKeyError = SubAccountError | 'api-key-unknown';

type Family = {
  readonly sub: Row<'accounts'>;
  /** The actor in the audit trail: the master. */
  readonly operator: Operator;
};

export function subAccountLookups({ masterId, email }: SubAccountOrder): readonly Lookup<'accounts'>[] {
  return [accountById(masterId), accountByEmail(normaliseEmail(email))];
}

export function subAccountKeyLookups(order: SubAccountKeyOrder): readonly AnyLookup[] {
  return [...subAccountLookups(order), apiKeyNamed(order.apiKey)];
}

export function readSubAccount(order: SubAccountOrder, rows: Rows): Family | Rejection<SubAccountError> {
  const master = rows.one(accountById(order.masterId));
  // It may have been disabled after its key was looked up.
  if (!master?.enabled) return reject('account-disabled');
  const sub = rows.one(accountByEmail(normaliseEmail(order.email)));
  if (sub === undefined || sub.masterId !== master.id) return reject('sub-account-unrelated');
  return { sub, operator: { actor: master.email, reason: 'by the master account' } };
}

export function readSubAccountKey(
  order: SubAccountKeyOrder,
  rows: Rows,
): (Family & { readonly key: Row<'api_keys'> }) | Rejection<SubAccountKeyError> {
  const family = readSubAccount(order, rows);
  if (isRejection(family)) return family;
  const key = rows.one(apiKeyNamed(order.apiKey));
  if (key === undefined || key.accountId !== family.sub.id) {
    return reject('api-key-unknown', { apiKey: order.apiKey, email: family.sub.email });
  }
  return { ...family, key };
}
