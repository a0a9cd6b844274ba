/** Opens an account: a master, or a sub-account of a master. A sub-account cannot have sub-accounts. */
import { reject } from '../../contract/errors.ts';
import { isEmail, normaliseEmail } from '../../domain/email.ts';
import { accountByEmail } from '../../store/lookups.ts';
import type { Command } from '../../store/port.ts';
import type { Row } from '../../store/tables.ts';
import { noAccount } from '../operator-rejections.ts';
import { type Operator, UnitOfWork } from '../unit-of-work.ts';

export type AccountOpening = {
  readonly operator: Operator;
  readonly email: string;
  readonly masterEmail?: string | undefined;
  readonly mobile?: string | undefined;
  readonly googleAuth?: boolean | undefined;
  /** Whether the customer has confirmed the e-mail address; default true. */
  readonly activated?: boolean | undefined;
};

export type AccountOpened = {
  readonly id: number;
  readonly email: string;
  readonly account: NewAccount;
  /** Null unless the account is a sub-account. */
  readonly masterEmail: string | null;
};

type NewAccount = Row<'accounts'> & { readonly statusArguments: readonly string[] };

type OpeningError = 'email-invalid' | 'account-exists' | 'account-unknown' | 'master-is-sub-account';

export const openAccount: Command<AccountOpening, AccountOpened, OpeningError> = {
  name: 'account-open',
  prefetch: [
    ({ email, masterEmail }) => [
      accountByEmail(normaliseEmail(email)),
      ...(masterEmail === undefined ? [] : [accountByEmail(normaliseEmail(masterEmail))]),
    ],
  ],
  decide(opening, rows, context) {
    const email = normaliseEmail(opening.email);
    if (!isEmail(email)) return reject('email-invalid', { email });
    if (rows.one(accountByEmail(email)) !== undefined) return reject('account-exists', { email });
    let master: Row<'accounts'> | undefined;
    if (opening.masterEmail !== undefined) {
      const masterEmail = normaliseEmail(opening.masterEmail);
      master = rows.one(accountByEmail(masterEmail));
      if (master === undefined) return noAccount(masterEmail);
      if (master.masterId !== null) return reject('master-is-sub-account', { email: masterEmail });
    }
    const id = context.ids.accountId();
    const account = newAccount(id, email, opening, master?.id ?? null, context.nowMs);
    const masterEmail = master?.email ?? null;
    const work = new UnitOfWork(rows, context);
    work.write({ insert: 'accounts', row: account });
    work.audit(opening.operator, 'account-open', email, { id, master: masterEmail });
    return work.reply({ id, email, account, masterEmail });
  },
};

export function newAccount(
  id: number,
  email: string,
  { mobile, googleAuth, activated }: Pick<AccountOpening, 'mobile' | 'googleAuth' | 'activated'>,
  masterId: number | null,
  nowMs: number,
): NewAccount {
  return {
    id,
    email,
    masterId,
    enabled: true,
    withdrawConfirmation: 'none',
    whitelistOnly: false,
    withdrawQuotaUsd: null,
    travelRuleCountry: 'NIL',
    statusMessage: null,
    statusArguments: [],
    mobile: mobile ?? '',
    googleAuth: googleAuth ?? false,
    activated: activated ?? true,
    lockedUntil: null,
    lockReason: null,
    lockCount: 0,
    lastLockedAt: null,
    createdAt: nowMs,
  };
}
