import { isRejection } from '../../contract/errors.ts';
import * as operations from '../../contract/operator/deposits.ts';
import type { OperatorInput } from '../../contract/operator-operation.ts';
import { invalid } from '../../contract/operator-rejections.ts';
import { unattributedAccountId } from '../../domain/deposit/unattributed-account.ts';
import type { DepositListFilter } from '../../store/reads/lists.ts';
import { implement, type OperatorParts } from '../handler.ts';
import { commonFilter, spellingsOf, spellingsOfTransaction } from '../lists/list-filters.ts';
import { listPage } from '../lists/list-page.ts';
import { viewDeposits } from '../views/deposit-view.ts';

type Query = OperatorInput<typeof operations.listDeposits>['query'];

/** Stages of deposits without an owner that were not returned and are not being returned. */
const unresolvedStages = ['pending', 'suspended', 'below-minimum', 'unattributed'];

export const listDeposits = implement(operations.listDeposits, async ({ query }, _operator, parts) => {
  const filter = await filterOf(query, parts);
  if (isRejection(filter)) return filter;
  const page = await listPage(parts, 'listDeposits', query, (window) =>
    parts.reads.listedDeposits(filter, window),
  );
  if (isRejection(page)) return page;
  const { rows, ...end } = page;
  return { deposits: await viewDeposits(parts, rows), ...end };
});

async function filterOf(query: Query, parts: OperatorParts) {
  const { unattributed = false, account, stage, network, address, txId } = query;
  const common = await commonFilter('deposits', query, parts);
  if (isRejection(common)) return common;
  if (unattributed && account !== undefined)
    return invalid('query.account: cannot be combined with unattributed=true, which has no account');
  if (unattributed && stage !== undefined && !unresolvedStages.includes(stage))
    return invalid(`query.stage: ${stage} is not a stage of an unattributed deposit`);
  const networks = network === undefined ? [...parts.catalog().networks.keys()] : [network];
  const filter: DepositListFilter = {
    ...common,
    ...(unattributed && { accountId: unattributedAccountId }),
    stages: stage === undefined ? (unattributed ? unresolvedStages : undefined) : [stage],
    addresses: address === undefined ? undefined : spellingsOf(parts, network, address),
    transactions: txId === undefined ? undefined : { networks, txIds: spellingsOfTransaction(parts, txId) },
  };
  return filter;
}
