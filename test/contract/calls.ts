/** For each operation, a call that succeeds, and for each of its own errors, a call that provokes it. */
import { type CustomerOperationName, customerOperations } from '../../src/contract/customer-operations.ts';
import type { ErrorDetails } from '../../src/contract/errors.ts';
import { credit } from '../support/accounts.ts';
import { insideAddress } from './contract-world.ts';
import { type Provocation, type Provocations, roadProvocations } from './road-calls.ts';

const withdrawal = `asset=ETH&address=${insideAddress}`;
const transfer = 'fromEmail=master%40example.com&toEmail=sub%40example.com';

/** Queries of calls that succeed; the other operations need none. */
export const goodQueries: Partial<Record<CustomerOperationName, string>> = {
  withdraw: `${withdrawal}&amount=1`,
  depositAddress: 'asset=ETH',
  subAccountTransferHistory: 'email=sub%40example.com',
  subAccountTransfer: `${transfer}&asset=ETH&amount=1`,
  subAccountAssets: 'email=sub%40example.com',
  dustConvert: 'asset=ADA',
};

const query = (text: string, details: ErrorDetails = {}): Provocation => ({
  call: () => ({ query: text }),
  details,
});

const specific: Partial<Record<CustomerOperationName, Provocations>> = {
  withdraw: {
    'asset-unknown': query(`asset=NOPE&address=${insideAddress}&amount=1`),
    'withdrawal-suspended': query(`${withdrawal}&network=CLOSED&amount=1`),
    'withdrawal-limited': { call: ({ disabled }) => ({ key: disabled, query: `${withdrawal}&amount=1` }) },
    'address-invalid': query('asset=ETH&address=nowhere&amount=1'),
    'address-tag-invalid': query(`${withdrawal}&addressTag=1&amount=1`),
    'precision-exceeded': query(`${withdrawal}&amount=0.123456789`),
    'amount-below-minimum': query(`${withdrawal}&amount=0.01999999`, { minimum: '0.02' }),
    'amount-above-maximum': query('asset=CAP&address=there&amount=5.00000001'),
    'amount-not-multiple': query('asset=STEP&address=there&amount=1.3', { multiple: '0.5' }),
    'amount-not-above-fee': query('asset=FEE&address=there&amount=2'),
    'balance-insufficient': query(`${withdrawal}&amount=1000000`),
    'order-id-reused': {
      before: (world) =>
        world.call({
          operation: customerOperations.withdraw,
          query: `${withdrawal}&amount=1&withdrawOrderId=one`,
        }),
      call: () => ({ query: `${withdrawal}&amount=2&withdrawOrderId=one` }),
    },
  },
  depositAddress: { 'asset-unknown': query('asset=NOPE') },
  tradeFee: { 'symbol-unknown': query('symbol=NOPE') },
  subAccountTransferHistory: { 'sub-account-unrelated': query('email=stranger%40example.com') },
  subAccountAssets: { 'sub-account-unrelated': query('email=stranger%40example.com') },
  subAccountTransfer: {
    'sub-account-unrelated': query(
      'fromEmail=master%40example.com&toEmail=stranger%40example.com&asset=ETH&amount=1',
    ),
    'asset-unknown': query(`${transfer}&asset=NOPE&amount=1`),
    'precision-exceeded': query(`${transfer}&asset=ETH&amount=1e-9`),
    'balance-insufficient': query(`${transfer}&asset=ETH&amount=1e9`),
  },
  dustConvert: {
    'dust-asset-refused': query('asset=BNB'),
    'dust-asset-missing': query('asset=ADA&asset=BTC'),
    'dust-too-large': query('asset=USDT', { asset: 'USDT', limit: '0.001' }),
    'dust-too-small': query('asset=PENNY', { asset: 'PENNY' }),
    'dust-too-soon': {
      before: async (world) => {
        await world.call({ operation: customerOperations.dustConvert, query: 'asset=ADA' });
        await credit(world.exchange.server, world.master.email, 'ADA 1');
        await world.set({ dustIntervalHours: 24 });
      },
      call: () => ({ query: 'asset=ADA' }),
      details: { hours: 24 },
      after: (world) => world.set({ dustIntervalHours: 0 }),
    },
  },
};

export function provocationsOf(name: CustomerOperationName): Provocations {
  return { ...roadProvocations(customerOperations[name], goodQueries[name] ?? ''), ...specific[name] };
}
