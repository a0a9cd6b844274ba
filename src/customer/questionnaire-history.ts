/** The withdrawals with questionnaires that the histories of localentity show. */
import { capitalPageLimit } from '../contract/sapi/capital/history-parameters.ts';
import type { questionnaireHistory } from '../contract/sapi/localentity/withdrawal-row.ts';
import type { ValuesOf } from '../contract/schema.ts';
import type { Catalog } from '../domain/catalog/catalog.ts';
import { storedTransactionId } from '../domain/ledger/internal-transfer.ts';
import type { AnsweredWithdrawal } from '../store/reads/questionnaires.ts';
import type { HandlerParts } from './handler.ts';
import { viewWithdrawal } from './withdrawal-view.ts';

/** @returns a page, newest first. A transaction is found by the id that either dialect shows. */
export async function findAnswered(
  accountId: number,
  values: ValuesOf<typeof questionnaireHistory>,
  { reads }: Pick<HandlerParts, 'reads'>,
): Promise<readonly AnsweredWithdrawal[]> {
  const { coin: asset, network, withdrawOrderId: orderId, startTime: from, endTime: to } = values;
  const { limit = capitalPageLimit, offset = 0 } = values;
  const trIds = values.trId?.filter((text) => /^[0-9]{1,15}$/.test(text)).map(Number);
  const txIds = values.txId?.map(storedTransactionId);
  const isNone = trIds?.length === 0 || (values.travelRuleStatus ?? 0) !== 0;
  if (isNone) return [];
  const filter = { asset, network, orderId, trIds, txIds, from, to };
  return reads.questionnaires(accountId, filter, { limit, offset });
}

/** The fields that both versions show; the times as text. */
export function viewAnswered({ withdrawal, answered: { trId } }: AnsweredWithdrawal, catalog: Catalog) {
  const { id, status, ...view } = viewWithdrawal(withdrawal, catalog);
  return { id, trId, ...view, withdrawalStatus: status, travelRuleStatus: 0 };
}
