import type { OperationCall } from '../operation-call.ts';
/** A master account and its sub-account, which most other calls use. */
export const accountCalls: readonly OperationCall[] = [
  {
    id: 'createAccount',
    action: 'account-open',
    request: () => ({ path: '/accounts', body: { email: 'Master@x.com', master: true } }),
  },
  {
    id: 'createAccount',
    action: 'account-open',
    request: () => ({ path: '/accounts', body: { email: 'sub@x.com', master: 'master@x.com' } }),
  },
  { id: 'listAccounts', request: () => ({ path: '/accounts?limit=1&offset=1' }) },
  {
    id: 'updateAccount',
    action: 'account-update',
    request: () => ({ path: '/accounts/sub%40x.com', body: { enabled: true } }),
  },
];
