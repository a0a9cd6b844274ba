/**
 * The reads of a store, by subject: each is one statement served by an index and returns a bounded page, unless noted
 * otherwise. A read sees every commit that was acknowledged before it was called.
 */
import type { AccountMovementReads } from './reads/account-movements.ts';
import type { AccountReads } from './reads/accounts.ts';
import type { ApprovalReads } from './reads/approvals.ts';
import type { BackOfficeReads } from './reads/back-office.ts';
import type { BacklogReads } from './reads/backlog.ts';
import type { BalanceReads } from './reads/balances.ts';
import type { ClaimReads } from './reads/claims.ts';
import type { ClosingReads } from './reads/closings.ts';
import type { DepositReads } from './reads/deposits.ts';
import type { DividendReads } from './reads/dividends.ts';
import type { EventReads } from './reads/events.ts';
import type { FamilyTransferReads } from './reads/family-transfers.ts';
import type { InboxReads } from './reads/inbox.ts';
import type { LedgerReads } from './reads/ledger.ts';
import type { ListReads } from './reads/lists.ts';
import type { OpenWithdrawalReads } from './reads/open-withdrawals.ts';
import type { QuestionnaireReads } from './reads/questionnaires.ts';
import type { RowReads } from './reads/rows.ts';
import type { SequenceReads } from './reads/sequences.ts';
import type { SpanReads } from './reads/spans.ts';
import type { TradingReads } from './reads/trading.ts';
import type { WaitingReads } from './reads/waiting.ts';
import type { WithdrawalReads } from './reads/withdrawals.ts';

export type Reads = RowReads &
  AccountReads &
  FamilyTransferReads &
  WithdrawalReads &
  ApprovalReads &
  ClaimReads &
  QuestionnaireReads &
  OpenWithdrawalReads &
  WaitingReads &
  DepositReads &
  BalanceReads &
  ClosingReads &
  AccountMovementReads &
  LedgerReads &
  EventReads &
  ListReads &
  InboxReads &
  BackOfficeReads &
  DividendReads &
  TradingReads &
  BacklogReads &
  SequenceReads &
  SpanReads;
