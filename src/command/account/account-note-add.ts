/** Adds a note of an operator to an account. Notes are never changed. */
import { normaliseEmail } from '../../domain/email.ts';
import { accountByEmail } from '../../store/lookups.ts';
import type { Command } from '../../store/port.ts';
import type { NewRow } from '../../store/tables.ts';
import { noAccount } from '../operator-rejections.ts';
import { type Operator, UnitOfWork } from '../unit-of-work.ts';

export type AccountNoteAdd = {
  readonly operator: Operator;
  readonly email: string;
  readonly text: string;
};

export const addAccountNote: Command<AccountNoteAdd, NewRow<'account_notes'>, 'account-unknown'> = {
  name: 'account-note-add',
  prefetch: [({ email }) => [accountByEmail(normaliseEmail(email))]],
  decide({ operator, email: given, text }, rows, context) {
    const email = normaliseEmail(given);
    const account = rows.one(accountByEmail(email));
    if (account === undefined) return noAccount(email);
    const work = new UnitOfWork(rows, context);
    const id = context.ids.recordId();
    const row = { id, accountId: account.id, author: operator.actor, text, at: context.nowMs };
    work.write({ insert: 'account_notes', row });
    work.audit(operator, 'account-note-add', email, { note: id });
    return work.reply(row);
  },
};
