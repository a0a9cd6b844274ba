/** Calls of the operations that the specification of 2019 has. */

import { depositAddress } from '../../../src/contract/wapi/deposit-address.ts';
import { dustConvert } from '../../../src/contract/wapi/dust-convert.ts';
import { subAccountAssets } from '../../../src/contract/wapi/sub-account-assets.ts';
import { subAccountTransfer } from '../../../src/contract/wapi/sub-account-transfer.ts';
import { subAccountTransferHistory } from '../../../src/contract/wapi/sub-account-transfer-history.ts';
import { tradeFee } from '../../../src/contract/wapi/trade-fee.ts';
import { withdraw } from '../../../src/contract/wapi/withdraw.ts';
import { credit } from '../../support/world.ts';
import { withoutAddresses } from '../address-calls.ts';
import { calls, query } from '../operation-calls.ts';
import { goodWithdrawal, withdrawalProvocations } from '../withdrawal-calls.ts';

const withdrawal = goodWithdrawal('asset');
const transfer = 'fromEmail=master%40example.com&toEmail=sub%40example.com';

export const wapiCalls = [
  calls(
    withdraw,
    withdrawal,
    withdrawalProvocations('asset', (world) =>
      world.call({ operation: withdraw, query: `${withdrawal}&withdrawOrderId=one` }),
    ),
  ),
  calls(depositAddress, 'asset=ETH', {
    'deposit-address-unavailable': withoutAddresses('asset='),
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
