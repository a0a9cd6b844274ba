import type { OperationCall } from '../operation-call.ts';
export const balanceCalls: readonly OperationCall[] = [
  {
    id: 'creditAccount',
    action: 'balance-adjust',
    request: () => ({ path: '/accounts/sub@x.com/credit', body: { asset: 'ETH', amount: '100' } }),
  },
  {
    id: 'debitAccount',
    action: 'balance-adjust',
    request: () => ({ path: '/accounts/sub@x.com/debit', body: { asset: 'ETH', amount: '1e-2' } }),
  },
  { id: 'listOwed', request: () => ({ path: '/owed' }) },
  { id: 'listBalances', request: () => ({ path: '/accounts/sub@x.com/balances' }) },
  { id: 'getStatement', request: () => ({ path: '/accounts/sub@x.com/statement?from=0' }) },
];
