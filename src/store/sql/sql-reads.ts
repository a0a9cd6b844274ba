/**
 * The reads in SQL that both databases understand, with `?` for parameters, by subject. A comment at each read names its
 * index; a test checks the plans.
 */
import type { Reads } from '../reads.ts';
import { accountMovementReads } from './reads/account-movements.ts';
import { accountReads } from './reads/accounts.ts';
import { approvalReads } from './reads/approvals.ts';
import { backOfficeReads } from './reads/back-office.ts';
import { backlogReads } from './reads/backlog.ts';
import { balanceReads } from './reads/balances.ts';
import { claimReads } from './reads/claims.ts';
import { closingReads } from './reads/closings.ts';
import { depositReads } from './reads/deposits.ts';
import { dividendReads } from './reads/dividends.ts';
import { eventReads } from './reads/events.ts';
import { familyTransferReads } from './reads/family-transfers.ts';
import { inboxReads } from './reads/inbox.ts';
import { ledgerReads } from './reads/ledger.ts';
import { listReads } from './reads/lists.ts';
import { openWithdrawalReads } from './reads/open-withdrawals.ts';
import { questionnaireReads } from './reads/questionnaires.ts';
import { rowReads } from './reads/rows.ts';
import { sequenceReads } from './reads/sequences.ts';
import { spanReads } from './reads/spans.ts';
import { tradingReads } from './reads/trading.ts';
import { waitingReads } from './reads/waiting.ts';
import { withdrawalReads } from './reads/withdrawals.ts';
import type { SqlRunner } from './sql-runner.ts';

export function createSqlReads(run: SqlRunner): Reads {
  return {
    ...rowReads(run),
    ...accountReads(run),
    ...familyTransferReads(run),
    ...withdrawalReads(run),
    ...approvalReads(run),
    ...claimReads(run),
    ...questionnaireReads(run),
    ...openWithdrawalReads(run),
    ...waitingReads(run),
    ...depositReads(run),
    ...balanceReads(run),
    ...closingReads(run),
    ...accountMovementReads(run),
    ...ledgerReads(run),
    ...eventReads(run),
    ...listReads(run),
    ...inboxReads(run),
    ...backOfficeReads(run),
    ...dividendReads(run),
    ...tradingReads(run),
    ...backlogReads(run),
    ...sequenceReads(run),
    ...spanReads(run),
  };
}
