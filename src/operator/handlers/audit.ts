import { isRejection } from '../../contract/errors.ts';
import * as operations from '../../contract/operator/audit.ts';
import { invalid } from '../../contract/operator-rejections.ts';
import { normaliseEmail } from '../../domain/email.ts';
import { implement } from '../handler.ts';
import { accountIdOf, intervalOf, rangeOf } from '../lists/list-filters.ts';
import { listPage } from '../lists/list-page.ts';

export const listAudit = implement(operations.listAudit, async ({ query }, _operator, parts) => {
  const { account, actor, action } = query;
  const range = rangeOf(query);
  if (isRejection(range)) return range;
  const accountId = await accountIdOf(parts, account);
  if (isRejection(accountId)) return accountId;
  const email = account === undefined ? undefined : normaliseEmail(account);
  const subject = query.subject ?? email;
  if (email !== undefined && subject !== email)
    return invalid('query.subject: is not the account that `account` names; send only one of them');
  const seqs = await intervalOf(parts, 'audit', range);
  const filter = { ...range, actor, action, subject, seqs };
  const page = await listPage(parts, 'listAudit', query, (window) => parts.reads.listedAudit(filter, window));
  if (isRejection(page)) return page;
  const { rows, ...end } = page;
  return { entries: [...rows], ...end };
});
