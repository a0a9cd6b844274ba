import type { OperationCall } from '../operation-call.ts';
import { strangerAddress } from '../operator-client.ts';

let apiKey = '';

/** The address book and the API keys of an account. */
export const accountAccessCalls: readonly OperationCall[] = [
  {
    id: 'putAddressBookEntry',
    action: 'address-book-put',
    request: () => ({
      path: '/accounts/sub@x.com/address-book',
      body: { asset: 'ETH', network: 'ETH', address: strangerAddress(9) },
    }),
  },
  { id: 'listAddressBook', request: () => ({ path: '/accounts/sub@x.com/address-book' }) },
  {
    id: 'deleteAddressBookEntry',
    action: 'address-book-delete',
    request: () => ({
      path: `/accounts/sub@x.com/address-book?asset=ETH&network=ETH&address=${strangerAddress(9)}`,
    }),
  },
  {
    id: 'createApiKey',
    action: 'api-key-create',
    request: () => ({ path: '/accounts/sub@x.com/api-keys', body: {} }),
    remember: (reply) => {
      apiKey = reply.apiKey;
    },
  },
  { id: 'listApiKeys', request: () => ({ path: '/accounts/sub@x.com/api-keys' }) },
  {
    id: 'deleteApiKey',
    action: 'api-key-revoke',
    request: () => ({ path: `/accounts/sub@x.com/api-keys/${apiKey}` }),
  },
];
