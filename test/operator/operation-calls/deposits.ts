import { deriveAddress } from '../../../src/domain/address/address.ts';
import type { Exchange } from '../../support/exchange.ts';
import type { OperationCall } from '../operation-call.ts';
import { done, strangerAddress } from '../operator-client.ts';

const rippleAddress = (number: number) =>
  deriveAddress({ addressFormat: 'ripple' }, new Uint8Array(32).fill(number));
const address = { asset: 'ETH', network: 'ETH', address: strangerAddress(7) };

const xrp = { asset: 'XRP', network: 'XRP', address: rippleAddress(0) };

let unattributed = '';

/** A confirmed deposit without a tag that would identify its owner. */
async function receiveUnattributed(exchange: Exchange): Promise<void> {
  unattributed = (await done(exchange, 'POST', '/deposits', { ...xrp, amount: '5' })).id;
  await done(exchange, 'POST', '/chain/blocks', { network: 'XRP', count: 3 });
}

async function receiveFirstUnattributed(exchange: Exchange): Promise<void> {
  await done(exchange, 'PUT', '/assets/XRP', { scale: 6, networks: [{ network: 'XRP' }] });
  await done(exchange, 'PUT', '/accounts/sub@x.com/deposit-addresses', { ...xrp, addressTag: '1' });
  await receiveUnattributed(exchange);
}

async function receiveReorganised(exchange: Exchange): Promise<void> {
  await receiveUnattributed(exchange);
  await done(exchange, 'POST', '/chain/reorganisations', { network: 'XRP', count: 3 });
}

export const depositCalls: readonly OperationCall[] = [
  {
    id: 'putDepositAddress',
    action: 'deposit-address-assign',
    request: () => ({ path: '/accounts/sub@x.com/deposit-addresses', body: address }),
  },
  { id: 'listDepositAddresses', request: () => ({ path: '/accounts/sub@x.com/deposit-addresses' }) },
  {
    id: 'createDeposit',
    action: 'deposit-create',
    request: () => ({ path: '/deposits', body: { asset: 'ETH', address: address.address, amount: '2' } }),
  },
  { id: 'listDeposits', request: () => ({ path: '/deposits' }) },
  {
    id: 'getDeposit',
    prepare: receiveFirstUnattributed,
    request: () => ({ path: `/deposits/${unattributed}` }),
  },
  {
    id: 'assignDeposit',
    action: 'deposit-assign',
    request: () => ({ path: `/deposits/${unattributed}/assign`, body: { email: 'sub@x.com' } }),
  },
  {
    id: 'returnDeposit',
    action: 'deposit-return',
    prepare: receiveUnattributed,
    request: () => ({
      path: `/deposits/${unattributed}/return`,
      body: { address: rippleAddress(1), addressTag: '7' },
    }),
  },
  {
    id: 'reverseDeposit',
    action: 'deposit-reverse',
    prepare: receiveReorganised,
    request: () => ({ path: `/deposits/${unattributed}/reverse`, body: {} }),
  },
];
