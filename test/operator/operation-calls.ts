/**
 * A call that succeeds for each operation of the operator API, except those that other tests cover. A new operation
 * needs a call in a file of operation-calls/; a new file is added here.
 */
import type { OperationCall } from './operation-call.ts';
import { accountAccessCalls } from './operation-calls/account-access.ts';
import { accountRecordCalls } from './operation-calls/account-records.ts';
import { accountCalls } from './operation-calls/accounts.ts';
import { administrationCalls } from './operation-calls/administration.ts';
import { balanceCalls } from './operation-calls/balances.ts';
import { catalogCalls } from './operation-calls/catalog.ts';
import { chainCalls } from './operation-calls/chains.ts';
import { changeCalls } from './operation-calls/changes.ts';
import { depositCalls } from './operation-calls/deposits.ts';
import { dividendCalls } from './operation-calls/dividends.ts';
import { manualNetworkCalls } from './operation-calls/manual-networks.ts';
import { policyCalls } from './operation-calls/policies.ts';
import { reportCalls } from './operation-calls/reports.ts';
import { withdrawalCalls } from './operation-calls/withdrawals.ts';

/** In an order in which each can succeed. */
export const operationCalls: readonly OperationCall[] = [
  catalogCalls,
  accountCalls,
  accountAccessCalls,
  balanceCalls,
  depositCalls,
  withdrawalCalls,
  manualNetworkCalls,
  chainCalls,
  dividendCalls,
  policyCalls,
  accountRecordCalls,
  changeCalls,
  administrationCalls,
  reportCalls,
].flat();
