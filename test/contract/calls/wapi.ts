/** Calls of the operations that the specification of 2019 has. */
import { depositAddress } from '../../../src/contract/wapi/deposit-address.ts';
import { dustConvert } from '../../../src/contract/wapi/dust-convert.ts';
import { subAccountAssets } from '../../../src/contract/wapi/sub-account-assets.ts';
import { subAccountTransfer } from '../../../src/contract/wapi/sub-account-transfer.ts';
import { subAccountTransferHistory } from '../../../src/contract/wapi/sub-account-transfer-history.ts';
import { tradeFee } from '../../../src/contract/wapi/trade-fee.ts';
import { withdraw } from '../../../src/contract/wapi/withdraw.ts';
import { credit } from '../../support/world.ts';
import { insideAddress } from '../contract-world.ts';
import { calls, query } from '../operation-calls.ts';

const withdrawal = `asset=ETH&address=${insideAddress}`;
const transfer = 'fromEmail=master%40example.com&toEmail=sub%40example.com';

export const wapiCalls = [
  calls(withdraw, `${withdrawal}&amount=1`, {
    'network-unknown': query(`${withdrawal}&network=NOPE&amount=1`, { network: 'NOPE' }),
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
          operation: withdraw,
          query: `${withdrawal}&amount=1&withdrawOrderId=one`,
        }),
      call: () => ({ query: `${withdrawal}&amount=2&withdrawOrderId=one` }),
    },
  }),
  calls(depositAddress, 'asset=ETH', {
    'asset-unknown': query('asset=NOPE'),
    'network-unknown': query('asset=ETH&network=NOPE'),
  }),
  calls(subAccountTransferHistory, 'email=sub%40example.com', {
    'sub-account-unrelated': query('email=stranger%40example.com'),
  }),
  calls(subAccountTransfer, `${transfer}&asset=ETH&amount=1`, {
    'sub-account-unrelated': query(
      'fromEmail=master%40example.com&toEmail=stranger%40example.com&asset=ETH&amount=1',
    ),
    'asset-unknown': query(`${transfer}&asset=NOPE&amount=1`),
    'precision-exceeded': query(`${transfer}&asset=ETH&amount=1e-9`),
    'balance-insufficient': query(`${transfer}&asset=ETH&amount=1e9`),
  }),
  calls(subAccountAssets, 'email=sub%40example.com', {
    'sub-account-unrelated': query('email=stranger%40example.com'),
  }),
  calls(dustConvert, 'asset=ADA', {
    'dust-asset-refused': query('asset=BNB'),
    'dust-asset-missing': query('asset=ADA&asset=BTC'),
    'dust-too-large': query('asset=USDT', { asset: 'USDT', limit: '0.001' }),
    'dust-too-small': query('asset=PENNY', { asset: 'PENNY' }),
    'dust-too-soon': {
      before: async (world) => {
        await world.call({ operation: dustConvert, query: 'asset=ADA' });
        await credit(world.exchange.server, world.master.email, 'ADA 1');
        await world.set({ dustIntervalHours: 24 });
      },
      call: () => ({ query: 'asset=ADA' }),
      details: { hours: 24 },
      after: (world) => world.set({ dustIntervalHours: 0 }),
    },
  }),
  calls(tradeFee, '', { 'symbol-unknown': query('symbol=NOPE') }),
];
