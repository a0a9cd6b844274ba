import * as operations from '../../contract/operator/inbox.ts';
import { implement } from '../handler.ts';
import { reorganisedDeposits, unattributedDeposits } from '../inbox/deposit-sources.ts';
import { inboxPage } from '../inbox/inbox-page.ts';
import type { InboxSource } from '../inbox/inbox-source.ts';
import { expiredLeases, lowAddresses } from '../inbox/manual-sources.ts';
import { failingIntegrity, pendingChanges } from '../inbox/other-sources.ts';
import {
  approvals,
  stuckTransactions,
  unknownOutcomes,
  waitingWithdrawals,
} from '../inbox/withdrawal-sources.ts';

/** A new kind of inbox item needs another source here. */
const sources: readonly InboxSource[] = [
  approvals,
  pendingChanges,
  unattributedDeposits,
  reorganisedDeposits,
  waitingWithdrawals,
  unknownOutcomes,
  expiredLeases,
  stuckTransactions,
  lowAddresses,
  failingIntegrity,
];

export const listInbox = implement(operations.listInbox, ({ query }, operator, parts) =>
  inboxPage(sources, query, operator, parts),
);
