/** For each operation, a call that succeeds, and for each of its own errors, a call that provokes it. */
import assert from 'node:assert/strict';
import type { ErrorDetails } from '../../src/contract/errors.ts';
import type { Operation, ShownErrorId } from '../../src/contract/operation.ts';
import { depositAddress } from '../../src/contract/wapi/deposit-address.ts';
import { dustConvert } from '../../src/contract/wapi/dust-convert.ts';
import { subAccountAssets } from '../../src/contract/wapi/sub-account-assets.ts';
import { subAccountTransfer } from '../../src/contract/wapi/sub-account-transfer.ts';
import { subAccountTransferHistory } from '../../src/contract/wapi/sub-account-transfer-history.ts';
import { tradeFee } from '../../src/contract/wapi/trade-fee.ts';
import { withdraw } from '../../src/contract/wapi/withdraw.ts';
import { credit } from '../support/world.ts';
import { insideAddress } from './contract-world.ts';
import { type Provocation, type Provocations, roadProvocations } from './road-calls.ts';

const withdrawal = `asset=ETH&address=${insideAddress}`;
const transfer = 'fromEmail=master%40example.com&toEmail=sub%40example.com';

/** Queries of calls that succeed; the other operations need none. */
const goodQueries: ReadonlyMap<Operation, string> = new Map<Operation, string>([
  [withdraw, `${withdrawal}&amount=1`],
  [depositAddress, 'asset=ETH'],
  [subAccountTransferHistory, 'email=sub%40example.com'],
  [subAccountTransfer, `${transfer}&asset=ETH&amount=1`],
  [subAccountAssets, 'email=sub%40example.com'],
  [dustConvert, 'asset=ADA'],
]);

const query = (text: string, details: ErrorDetails = {}): Provocation => ({
  call: () => ({ query: text }),
  details,
});

const specific: ReadonlyMap<Operation, Provocations> = new Map<Operation, Provocations>([
  [
    withdraw,
    {
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
    },
  ],
  [depositAddress, { 'asset-unknown': query('asset=NOPE') }],
  [tradeFee, { 'symbol-unknown': query('symbol=NOPE') }],
  [subAccountTransferHistory, { 'sub-account-unrelated': query('email=stranger%40example.com') }],
  [subAccountAssets, { 'sub-account-unrelated': query('email=stranger%40example.com') }],
  [
    subAccountTransfer,
    {
      'sub-account-unrelated': query(
        'fromEmail=master%40example.com&toEmail=stranger%40example.com&asset=ETH&amount=1',
      ),
      'asset-unknown': query(`${transfer}&asset=NOPE&amount=1`),
      'precision-exceeded': query(`${transfer}&asset=ETH&amount=1e-9`),
      'balance-insufficient': query(`${transfer}&asset=ETH&amount=1e9`),
    },
  ],
  [
    dustConvert,
    {
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
    },
  ],
]);

/** The query of a call that succeeds. */
export function goodQueryOf(operation: Operation): string {
  const query = goodQueries.get(operation);
  if (query !== undefined) return query;
  const mandatory = Object.entries(operation.parameters).filter(([, each]) => each.mandatory);
  const names = mandatory.map(([name]) => name).join(', ');
  assert.equal(names, '', `${operation.id} has no call that succeeds: add one with ${names} to ${here}`);
  return '';
}

export function provocationsOf(operation: Operation): Provocations {
  return { ...roadProvocations(operation, goodQueryOf(operation)), ...specific.get(operation) };
}

/** @throws an Error that says what to add if a listed error is not provoked. */
export function assertAllProvoked(operation: Operation, listed: readonly ShownErrorId[]): void {
  const provoked = Object.keys(provocationsOf(operation));
  const missing = listed.filter((id) => !provoked.includes(id)).join(', ');
  assert.equal(missing, '', `${operation.id} has no call that provokes ${missing}: add it to ${here}`);
  const others = provoked.filter((id) => !listed.includes(id as ShownErrorId)).join(', ');
  assert.equal(others, '', `${operation.id} does not list ${others}, which ${here} provokes`);
}

const here = 'test/contract/calls.ts';
