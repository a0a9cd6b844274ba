/** The deposits that a history of sapi shows. */

import { depositStagesShown } from '../contract/deposit-status.ts';
import type { Operation } from '../contract/operation.ts';
import { capitalPageLimit } from '../contract/sapi/capital/history-parameters.ts';
import { storedTransactionId } from '../domain/ledger/internal-transfer.ts';
import type { Row } from '../store/tables.ts';
import type { HandlerParts } from './handler.ts';
import { historyPage } from './history-page.ts';

export type DepositSearch = {
  readonly coin: string | undefined;
  readonly status: number | undefined;
  readonly txId: string | undefined;
  readonly startTime: number | undefined;
  readonly endTime: number | undefined;
  readonly offset: number | undefined;
  readonly limit: number | undefined;
};

/** @returns a page in the order of the operation. A transaction is found by the id that either dialect shows. */
export async function findDeposits(
  operation: Pick<Operation, 'order'>,
  accountId: number,
  { coin: asset, status, txId, startTime: from, endTime: to, ...page }: DepositSearch,
  { reads }: Pick<HandlerParts, 'reads'>,
): Promise<readonly Row<'deposits'>[]> {
  const stages = depositStagesShown(status);
  if (stages.length === 0) return [];
  const { offset = 0, limit = capitalPageLimit } = page;
  const stored = txId === undefined ? undefined : storedTransactionId(txId);
  const filter = { asset, stages, txId: stored, from, to };
  return reads.deposits(accountId, filter, historyPage(operation, { limit, offset }));
}
