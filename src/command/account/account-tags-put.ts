/** Replaces the tags of an account, by which rules of the approval policy select accounts. */
import { isDeepStrictEqual } from 'node:util';
import { familyOf } from '../../domain/account-family.ts';
import { normaliseEmail } from '../../domain/email.ts';
import { accountByEmail, accountTagsOf } from '../../store/lookups.ts';
import type { Command } from '../../store/port.ts';
import { noAccount } from '../operator-rejections.ts';
import { type Operator, UnitOfWork } from '../unit-of-work.ts';

export type AccountTagsPut = {
  readonly operator: Operator;
  readonly email: string;
  readonly tags: readonly string[];
};

export type AccountTags = { readonly email: string; readonly tags: readonly string[] };

export const putAccountTags: Command<AccountTagsPut, AccountTags, 'account-unknown'> = {
  name: 'account-tags-put',
  prefetch: [
    ({ email }) => [accountByEmail(normaliseEmail(email))],
    ({ email }, rows) => {
      const account = rows.one(accountByEmail(normaliseEmail(email)));
      return account === undefined ? [] : [accountTagsOf(account.id)];
    },
  ],
  decide({ operator, email: given, ...input }, rows, context) {
    const email = normaliseEmail(given);
    const account = rows.one(accountByEmail(email));
    if (account === undefined) return noAccount(email);
    const tags = [...new Set(input.tags)].sort();
    const before = rows.one(accountTagsOf(account.id))?.tags ?? [];
    if (isDeepStrictEqual(tags, before)) return { reply: { email, tags }, writes: [] };
    const work = new UnitOfWork(rows, context);
    work.write({ put: 'account_tags', row: { accountId: account.id, tags, family: familyOf(account) } });
    work.audit(operator, 'account-tags-put', email, { from: before, to: tags });
    return work.reply({ email, tags });
  },
};
