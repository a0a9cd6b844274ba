import type { OperationCall } from '../operation-call.ts';
/** Reports about the whole exchange: the last calls, so that the reports are not empty. */
export const reportCalls: readonly OperationCall[] = [
  { id: 'getOverview', request: () => ({ path: '/overview' }) },
  { id: 'listBooks', request: () => ({ path: '/books' }) },
  { id: 'listCustody', request: () => ({ path: '/custody' }) },
  { id: 'getIntegrity', request: () => ({ path: '/integrity' }) },
  { id: 'search', request: () => ({ path: '/search?q=master' }) },
  { id: 'listInbox', request: () => ({ path: '/inbox' }) },
  { id: 'listTransfers', request: () => ({ path: '/transfers?asset=ETH' }) },
  { id: 'getTransfer', request: () => ({ path: '/transfers/1' }) },
  { id: 'listAudit', request: () => ({ path: '/audit?limit=3' }) },
];
