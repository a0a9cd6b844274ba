import type { OperationCall } from '../operation-call.ts';

const event = {
  email: 'sub@x.com',
  symbol: 'ETHBTC',
  timeInForce: 'GTC',
  submitted: '1',
  filled: '.5',
  outcome: 'CANCELED',
};

/** Order events, trading lock, tags and notes of an account; then the account with all of them. */
export const accountRecordCalls: readonly OperationCall[] = [
  {
    id: 'recordOrderEvents',
    action: 'order-events-record',
    request: () => ({ path: '/order-events', body: { events: [event] } }),
  },
  {
    id: 'putTradingLock',
    action: 'trading-lock-put',
    request: () => ({ path: '/accounts/sub@x.com/trading-lock', body: { locked: true } }),
  },
  {
    id: 'putAccountTags',
    action: 'account-tags-put',
    request: () => ({ path: '/accounts/sub@x.com/tags', body: { tags: ['vip'] } }),
  },
  { id: 'getAccountTags', request: () => ({ path: '/accounts/sub@x.com/tags' }) },
  {
    id: 'addAccountNote',
    action: 'account-note-add',
    request: () => ({ path: '/accounts/sub@x.com/notes', body: { text: 'called' } }),
  },
  { id: 'listAccountNotes', request: () => ({ path: '/accounts/sub@x.com/notes' }) },
  { id: 'getAccount', request: () => ({ path: '/accounts/sub@x.com' }) },
];
