/** Opens a sub-account for its master, with an e-mail address that is made up, so that it belongs to nobody else. */
import { reject } from '../../contract/errors.ts';
import { accountById, maxSubAccounts, subAccountsOf } from '../../store/lookups.ts';
import type { Command } from '../../store/port.ts';
import { UnitOfWork } from '../unit-of-work.ts';
import { newAccount } from './account-open.ts';

export type VirtualSubAccount = {
  readonly masterId: number;
  /** The beginning of the e-mail: lower-case letters, digits, `.`, `_` and `-`. */
  readonly name: string;
};

type OpeningError = 'deadline-passed' | 'account-disabled' | 'sub-accounts-full';

export const openVirtualSubAccount: Command<VirtualSubAccount, { readonly email: string }, OpeningError> = {
  name: 'virtual-sub-account-open',
  // Two at a time must not exceed the maximum.
  needsLatest: true,
  changesLatest: true,
  prefetch: [({ masterId }) => [accountById(masterId), subAccountsOf(masterId)]],
  decide({ masterId, name }, rows, context) {
    const master = rows.one(accountById(masterId));
    // It may have been disabled after its key was looked up.
    if (!master?.enabled) return reject('account-disabled');
    if (rows.all(subAccountsOf(masterId)).length >= maxSubAccounts)
      return reject('sub-accounts-full', { maximum: maxSubAccounts });
    const id = context.ids.accountId();
    const email = `${name}_virtual@${randomLetters(context.ids.recordId())}email.com`;
    const work = new UnitOfWork(rows, context);
    work.write({ insert: 'accounts', row: newAccount(id, email, {}, masterId, context.nowMs) });
    const operator = { actor: master.email, reason: 'virtual sub-account' };
    work.audit(operator, 'account-open', email, { id, master: master.email });
    return work.reply({ email });
  },
};

/** Twelve letters from a to p, from the random end of an id. */
function randomLetters(recordId: string): string {
  const letter = (digit: string) => String.fromCharCode('a'.charCodeAt(0) + Number.parseInt(digit, 16));
  return [...recordId.slice(-12)].map(letter).join('');
}
