/**
 * Random requests to one family of accounts, in both dialects by turns: at the end each dialect shows what the other did,
 * with the same exact amounts, and one order id was one withdrawal, whichever dialects named it.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { formatUnits } from '../../src/contract/decimal.ts';
import { eventually } from '../support/eventually.ts';
import { type Exchange, startExchange } from '../support/exchange.ts';
import { announceSeed, createRandom, seed } from '../support/seed.ts';
import { accountNames, buildStandardWorld, standardAssets } from '../support/standard-world.ts';
import { emailOf } from '../support/world.ts';
import { operator } from '../support/world-plan.ts';
import { type Body, type Call, callerOf, type Name, type Order, type Query, Turn } from './dialect-turns.ts';

const steps = 90;

let exchange: Exchange;
let call: Call;
before(async () => {
  exchange = await startExchange();
  call = callerOf(exchange);
  await buildStandardWorld(exchange.server);
  const settings = { dustIntervalHours: 0 };
  await exchange.server.commands.submit('putSettings', { operator, settings });
});
after(() => exchange.close());

/** Confirms everything but pending approvals, so that no worker changes a row between two reads. */
async function settle(): Promise<void> {
  const networks = new Set(standardAssets.flatMap(([each]) => each.networks.map(({ network }) => network)));
  const open = async () => {
    for (const network of networks) await exchange.server.chainService.mineBlocks(network, 1);
    const found = await Promise.all(
      accountNames.map(async (who) => {
        const { withdrawList } = await call(who, 'GET', '/wapi/v3/withdrawHistory.html');
        const { depositList } = await call(who, 'GET', '/wapi/v3/depositHistory.html');
        return [
          ...withdrawList.filter(({ status }: Body) => !['2', '6'].includes(status)),
          ...depositList.filter(({ status }: Body) => status !== '1'),
        ];
      }),
    );
    return found.flat();
  };
  await eventually(open, (rows) => rows.length === 0, 60_000);
}

const utcText = (ms: string) => new Date(Number(ms)).toISOString().slice(0, 19).replace('T', ' ');
const asToday = (txId: string) => txId.replace(/^Internal transfer /, 'Off-chain transfer ');

async function compareWithdrawals(who: Name): Promise<number> {
  const { withdrawList } = await call(who, 'GET', '/wapi/v3/withdrawHistory.html');
  const today = await call(who, 'GET', '/sapi/v1/capital/withdraw/history');
  assert.deepEqual(
    today.map((row: Body) => ({
      ...pick(row, 'id', 'amount', 'transactionFee', 'address', 'addressTag', 'txId', 'status'),
      ...pick(row, 'withdrawOrderId', 'applyTime'),
      asset: row.coin,
    })),
    withdrawList.toReversed().map((row: Body) => ({
      ...pick(row, 'id', 'amount', 'transactionFee', 'address', 'addressTag', 'status', 'withdrawOrderId'),
      asset: row.asset,
      txId: asToday(row.txId),
      applyTime: utcText(row.applyTime),
    })),
  );
  return today.length;
}

async function compareDeposits(who: Name): Promise<number> {
  const { depositList } = await call(who, 'GET', '/wapi/v3/depositHistory.html');
  const today = await call(who, 'GET', '/sapi/v1/capital/deposit/hisrec');
  assert.deepEqual(
    today.map((row: Body) => ({
      ...pick(row, 'insertTime', 'amount', 'address', 'txId', 'status'),
      ...(row.addressTag !== '' && { addressTag: row.addressTag }),
      asset: row.coin,
    })),
    depositList.toReversed().map((row: Body) => ({ ...row, txId: asToday(row.txId) })),
  );
  return today.length;
}

/** wapi shows net amounts, and today's API gross ones. */
async function compareDust(who: Name): Promise<number> {
  const { results } = await call(who, 'GET', '/wapi/v3/userAssetDribbletLog.html');
  const { userAssetDribblets } = await call(who, 'GET', '/sapi/v1/asset/dribblet');
  const net = (gross: string, charge: string) => formatUnits(unitsOf(gross) - unitsOf(charge), 8);
  assert.deepEqual(
    userAssetDribblets.map((row: Body) => [
      row.transId,
      net(row.totalTransferedAmount, row.totalServiceChargeAmount),
      row.totalServiceChargeAmount,
      row.userAssetDribbletDetails.map((line: Body) => [
        line.fromAsset,
        line.amount,
        line.serviceChargeAmount,
      ]),
    ]),
    results.rows.map((row: Body) => [
      row.tran_id,
      row.transfered_total,
      row.service_charge_total,
      row.logs.map((line: Body) => [line.fromAsset, line.amount, line.serviceChargeAmount]),
    ]),
  );
  return userAssetDribblets.length;
}

const unitsOf = (text: string) => {
  const [whole = '', decimals = ''] = text.split('.');
  return BigInt(whole + decimals.padEnd(8, '0'));
};

async function compareTransfers(): Promise<number> {
  const [email, base] = [emailOf('alice'), '/sapi/v1/sub-account'];
  const { transfers } = await call('master', 'GET', '/wapi/v3/sub-account/transfer/history.html', { email });
  const sides: Query[] = [{ fromEmail: email }, { toEmail: email }];
  const lists = await Promise.all(
    sides.map((side) => call('master', 'GET', `${base}/sub/transfer/history`, side)),
  );
  const universal = await Promise.all(
    sides.map((side) => call('master', 'GET', `${base}/universalTransfer`, side)),
  );
  const rows = lists.flat().sort((one, other) => Number(one.tranId) - Number(other.tranId));
  assert.deepEqual(
    rows.map((row) => pick(row, 'from', 'to', 'asset', 'qty', 'time')),
    transfers,
  );
  const found = universal.flatMap(({ result }) => result);
  assert.deepEqual(
    found.map(({ tranId, amount }) => `${tranId} ${amount}`).sort(),
    rows.map(({ tranId, qty }) => `${tranId} ${qty}`).sort(),
  );
  return rows.length;
}

async function compareBalances(): Promise<void> {
  const email = emailOf('alice');
  const old = await call('master', 'GET', '/wapi/v3/sub-account/assets.html', { email });
  const [numbers, texts] = await Promise.all(
    [3, 4].map((version) => call('master', 'GET', `/sapi/v${version}/sub-account/assets`, { email })),
  );
  assert.deepEqual(numbers, texts);
  const held = ({ freeze, withdrawing }: Body) => (freeze === '0' ? withdrawing : freeze);
  assert.deepEqual(
    texts.balances.map((row: Body) => ({ asset: row.asset, free: row.free, locked: held(row) })),
    old.balances,
  );
}

function pick(row: Body, ...names: readonly string[]): Body {
  return Object.fromEntries(names.filter((name) => name in row).map((name) => [name, row[name]]));
}

test('each dialect shows what the other did, and one order id is one withdrawal', async (t) => {
  announceSeed(t, 'property');
  const random = createRandom(seed);
  const orders: Order[] = [];
  for (let number = 0; number < steps; number += 1) await new Turn(exchange, random, number, orders).take();
  await settle();
  const counts = { withdrawals: 0, deposits: 0, dust: 0, transfers: await compareTransfers() };
  for (const who of accountNames) {
    counts.withdrawals += await compareWithdrawals(who);
    counts.deposits += await compareDeposits(who);
    counts.dust += await compareDust(who);
  }
  await compareBalances();
  t.diagnostic(JSON.stringify(counts));
  assert.equal((await exchange.operator('GET', '/integrity')).body.ok, true);
  const named = orders.map(({ who, query }) => `${who} ${query.withdrawOrderId}`);
  assert.equal(new Set(orders.map(({ id }) => id)).size, new Set(named).size);
});
