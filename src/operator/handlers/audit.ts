import { isRejection } from '../../contract/errors.ts';
import * as operations from '../../contract/operator/audit.ts';
import type { OperatorInput } from '../../contract/operator-operation.ts';
import { normaliseEmail } from '../../domain/email.ts';
import type { AuditListFilter } from '../../store/reads/lists.ts';
import { implement, type OperatorParts } from '../handler.ts';
import { commonFilter, spellingsOf } from '../lists/list-filters.ts';
import { emptySlice, listPage } from '../lists/list-page.ts';
import { idsOf, movementsNamed, movementsOf } from '../lists/movements.ts';

type Query = OperatorInput<typeof operations.listAudit>['query'];
type About = NonNullable<AuditListFilter['about']>;

export const listAudit = implement(operations.listAudit, async ({ query }, _operator, parts) => {
  const filter = await filterOf(query, parts);
  if (isRejection(filter)) return filter;
  const page = await listPage(parts, 'listAudit', query, (window) =>
    isOfNothing(filter) ? emptySlice : parts.reads.listedAudit(filter, window),
  );
  if (isRejection(page)) return page;
  const { rows, ...end } = page;
  return { entries: [...rows], ...end };
});

const isOfNothing = ({ subjects, about }: AuditListFilter): boolean =>
  subjects?.length === 0 && about?.addresses === undefined;

async function filterOf(query: Query, parts: OperatorParts) {
  const { actor, action, subject, account, stage, address } = query;
  const common = await commonFilter('audit', query, parts);
  if (isRejection(common)) return common;
  const { from, to, seqs, accountId, asset, network, min, max } = common;
  const named = await movementsNamed(query, parts);
  if (isRejection(named)) return named;
  const email = account === undefined ? undefined : normaliseEmail(account);
  const addresses = address === undefined ? undefined : spellingsOf(parts, network, address);
  const about: About = {
    ...{ email, accountId, asset, network, stages: stage && [stage], addresses, min, max },
    ids: named && idsOf(named),
  };
  const filter: AuditListFilter = {
    ...{ actor, action, subject, from, to, seqs },
    about: Object.values(about).every((value) => value === undefined) ? undefined : about,
    subjects: await subjectsOf(about, parts),
  };
  return filter;
}

/** The subjects of all entries, if the filters name them and there are not too many. */
async function subjectsOf(
  { ids, addresses, accountId, email }: About,
  parts: OperatorParts,
): Promise<readonly string[] | undefined> {
  if (ids !== undefined) return ids;
  if (addresses !== undefined) {
    const found = await movementsOf({ addresses }, parts);
    return found && idsOf(found);
  }
  if (accountId === undefined || email === undefined) return undefined;
  const found = await movementsOf({ accountId }, parts);
  return found && [email, ...idsOf(found)];
}
