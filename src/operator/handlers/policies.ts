import { unwrap } from '../../command/outcome.ts';
import { isRejection } from '../../contract/errors.ts';
import * as operations from '../../contract/operator/policies.ts';
import { implement } from '../handler.ts';
import { keyedPage } from '../lists/keyed-page.ts';
import { accountNamed } from './subject.ts';

export const listPolicies = implement(operations.listPolicies, async ({ query }, _operator, { reads }) => {
  const page = await keyedPage('listPolicies', query, reads.approvalPolicies, ({ version }) => version);
  if (isRejection(page)) return page;
  const policies = page.rows.toReversed().map(({ createdAt: time, ...row }) => ({ ...row, time }));
  return { policies, nextCursor: page.nextCursor };
});

export const putPolicy = implement(
  operations.putPolicy,
  async ({ body: { rules, changes = [] } }, operator, { commands }) => {
    const outcome = unwrap(await commands.submit('putApprovalPolicy', { operator, rules, changes }));
    return isRejection(outcome) ? outcome : outcome.done;
  },
);

export const getAccountTags = implement(
  operations.getAccountTags,
  async ({ path: { email } }, _operator, parts) => {
    const account = await accountNamed(parts, email);
    if (isRejection(account)) return account;
    const row = await parts.reads.row('account_tags', { accountId: account.id });
    return { email: account.email, tags: [...(row?.tags ?? [])] };
  },
);

export const putAccountTags = implement(
  operations.putAccountTags,
  async ({ path: { email }, body: { tags } }, operator, { commands }) => {
    const outcome = unwrap(await commands.submit('putAccountTags', { operator, email, tags }));
    return isRejection(outcome) ? outcome : { ...outcome.done, tags: [...outcome.done.tags] };
  },
);
