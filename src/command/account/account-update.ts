/**
 * Changes the settings of an account that operators control: its switches, the rules for its withdrawals, and its
 * status message.
 */
import { keysOf } from '../../boundary/record.ts';
import { type Decimal, formatDecimal } from '../../contract/decimal.ts';
import { reject } from '../../contract/errors.ts';
import { normaliseEmail } from '../../domain/email.ts';
import { accountByEmail, accountById } from '../../store/lookups.ts';
import type { Command, Lookup } from '../../store/port.ts';
import type { Row } from '../../store/tables.ts';
import { noAccount } from '../operator-rejections.ts';
import { type Operator, UnitOfWork } from '../unit-of-work.ts';

export type AccountChange = {
  readonly operator: Operator;
  readonly email: string;
  readonly enabled?: boolean | undefined;
  readonly withdrawConfirmation?: 'none' | 'email' | undefined;
  readonly whitelistOnly?: boolean | undefined;
  /** Null: no quota. */
  readonly withdrawQuotaUsd?: Decimal | null | undefined;
  /** The country whose questionnaire withdrawals need; NIL: none. */
  readonly travelRuleCountry?: string | undefined;
  /** The message of accountStatus; null restores the default. */
  readonly statusMessage?: string | null | undefined;
  readonly statusArguments?: readonly string[] | undefined;
};

/** The account as committed. `masterEmail` is null unless it is a sub-account. */
export type AccountUpdated = { readonly account: Row<'accounts'>; readonly masterEmail: string | null };

export const updateAccount: Command<AccountChange, AccountUpdated, 'account-unknown' | 'change-empty'> = {
  name: 'account-update',
  changesLatest: true,
  prefetch: [
    ({ email }) => [accountByEmail(normaliseEmail(email))],
    ({ email }, rows) => masterLookups(rows.one(accountByEmail(normaliseEmail(email)))),
  ],
  decide(change, rows, context) {
    const email = normaliseEmail(change.email);
    const account = rows.one(accountByEmail(email));
    if (account === undefined) return noAccount(email);
    const set = changedColumns(change);
    const columns = keysOf(set);
    if (columns.length === 0) return reject('change-empty');
    const work = new UnitOfWork(rows, context);
    work.write({ update: 'accounts', key: { id: account.id }, set });
    const from = Object.fromEntries(columns.map((column) => [column, account[column]]));
    work.audit(change.operator, 'account-update', email, { from, to: set });
    const [master] = masterLookups(account);
    const masterEmail = (master && rows.one(master)?.email) ?? null;
    return work.reply({ account: { ...account, ...set }, masterEmail });
  },
};

function masterLookups(account: Row<'accounts'> | undefined): readonly Lookup<'accounts'>[] {
  return account === undefined || account.masterId === null ? [] : [accountById(account.masterId)];
}

function changedColumns({
  enabled,
  withdrawConfirmation,
  whitelistOnly,
  withdrawQuotaUsd,
  travelRuleCountry,
  statusMessage,
  statusArguments,
}: AccountChange): Partial<Row<'accounts'>> {
  // Removing the message also removes its arguments.
  const messageArguments = statusArguments ?? (statusMessage === null ? [] : undefined);
  return {
    ...(enabled !== undefined && { enabled }),
    ...(withdrawConfirmation !== undefined && { withdrawConfirmation }),
    ...(whitelistOnly !== undefined && { whitelistOnly }),
    ...(withdrawQuotaUsd !== undefined && {
      withdrawQuotaUsd: withdrawQuotaUsd && formatDecimal(withdrawQuotaUsd),
    }),
    ...(travelRuleCountry !== undefined && { travelRuleCountry }),
    ...(statusMessage !== undefined && { statusMessage }),
    ...(messageArguments !== undefined && { statusArguments: messageArguments }),
  };
}
