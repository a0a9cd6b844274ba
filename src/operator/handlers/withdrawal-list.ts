import { isRejection } from '../../contract/errors.ts';
import * as operations from '../../contract/operator/withdrawals.ts';
import type { OperatorInput } from '../../contract/operator-operation.ts';
import { invalid } from '../../contract/operator-rejections.ts';
import { withdrawalStages } from '../../contract/withdrawal-stages.ts';
import { stagesOfWireStatus } from '../../contract/withdrawal-status.ts';
import type { WithdrawalListFilter } from '../../store/reads/lists.ts';
import { implement, type OperatorParts } from '../handler.ts';
import { commonFilter, spellingsOf } from '../lists/list-filters.ts';
import { listPage } from '../lists/list-page.ts';
import { withdrawalIdsNamed } from '../lists/movements.ts';
import { viewWithdrawals } from '../views/withdrawal-view.ts';

type Query = OperatorInput<typeof operations.listWithdrawals>['query'];

export const listWithdrawals = implement(operations.listWithdrawals, async ({ query }, _operator, parts) => {
  const filter = await filterOf(query, parts);
  if (isRejection(filter)) return filter;
  const page = await listPage(parts, 'listWithdrawals', query, (window) =>
    parts.reads.listedWithdrawals(filter, window),
  );
  if (isRejection(page)) return page;
  const { rows, ...end } = page;
  return { withdrawals: await viewWithdrawals(parts, rows), ...end };
});

async function filterOf(query: Query, parts: OperatorParts) {
  const { status, stage, address } = query;
  const common = await commonFilter('withdrawals', query, parts);
  if (isRejection(common)) return common;
  const ofStatus = status === undefined ? withdrawalStages : stagesOfWireStatus(status);
  const stages = stage === undefined ? ofStatus : ofStatus.filter((each) => each === stage);
  if (stages.length === 0) return invalid(`query.stage: ${stage} is not a stage of status ${status}`);
  const ids = await withdrawalIdsNamed(query, parts);
  if (isRejection(ids)) return ids;
  const filter: WithdrawalListFilter = {
    ...common,
    ids,
    stages: stages.length === withdrawalStages.length ? undefined : stages,
    addresses: address === undefined ? undefined : spellingsOf(parts, query.network, address),
  };
  return filter;
}
