import { unwrap } from '../../command/outcome.ts';
import { isRejection } from '../../contract/errors.ts';
import * as operations from '../../contract/operator/account-notes.ts';
import type { NewRow } from '../../store/tables.ts';
import { implement } from '../handler.ts';
import { listKey, readCursor, writeCursor } from '../lists/cursor.ts';
import { defaultLimit } from '../lists/list-page.ts';
import { accountNamed } from './subject.ts';

export const addAccountNote = implement(
  operations.addAccountNote,
  async ({ path: { email }, body: { text } }, operator, { commands }) => {
    const outcome = unwrap(await commands.submit('addAccountNote', { operator, email, text }));
    return isRejection(outcome) ? outcome : viewNote(outcome.done);
  },
);

export const listAccountNotes = implement(
  operations.listAccountNotes,
  async ({ path: { email }, query }, _operator, parts) => {
    const account = await accountNamed(parts, email);
    if (isRejection(account)) return account;
    const { limit = defaultLimit } = query;
    const key = listKey('listAccountNotes', { account: account.id });
    const cursor = query.cursor === undefined ? undefined : readCursor(key, query.cursor, 1);
    if (isRejection<'operator-invalid'>(cursor)) return cursor;
    const before = cursor?.[0] ?? Number.MAX_SAFE_INTEGER;
    const rows = await parts.reads.accountNotes(account.id, before, limit + 1);
    const shown = rows.slice(0, limit);
    const last = rows.length > limit ? shown.at(-1) : undefined;
    return {
      email: account.email,
      notes: shown.map(viewNote),
      nextCursor: last === undefined ? null : writeCursor(key, [last.seq]),
    };
  },
);

export function viewNote({ id, author, text, at: time }: NewRow<'account_notes'>) {
  return { id, author, text, time };
}
