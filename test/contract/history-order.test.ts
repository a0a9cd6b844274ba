/** Every history lists its rows in the order that its operation declares, with and without a start time, page by page. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { customerOperations } from '../../src/contract/customer-operations.ts';
import type { Operation } from '../../src/contract/operation.ts';
import { openSql } from '../support/database.ts';
import { type Credentials, type Exchange, startExchange } from '../support/exchange.ts';
import { buildWorld, type Customer, credit, done, emailOf } from '../support/world.ts';
import { asset, decimal, network, operator, worldPlan } from '../support/world-plan.ts';

const amounts = ['1', '2', '3'];
const dayMs = 86_400_000;
const today = Math.floor(Date.now() / dayMs);
/** The time at which the master is opened. It lies within the maximum interval of every history. */
const openedMs = (today - 5) * dayMs;

const plan = worldPlan({
  assets: [
    [asset('ETH', [network('ETH', 'opaque')]), '2500'],
    [asset('BTC', [network('BTC', 'opaque')]), '50000'],
    [asset('BNB', [network('BNB', 'opaque')]), '500'],
    [asset('ADA', [network('ADA', 'opaque')]), '0.5'],
  ],
  settings: { dustIntervalHours: 0 },
  accounts: { master: { balances: ['ETH 100'] }, sub: { master: 'master', balances: ['ETH 100'] } },
});

let exchange: Exchange;
let accounts: { readonly master: Customer; readonly sub: Customer };
before(async () => {
  exchange = await startExchange();
  accounts = await buildWorld(exchange.server, plan);
  await closeDays(accounts.master.accountId);
  for (const amount of amounts) await writeHistory(amount);
});
after(() => exchange.close());

const call = async (key: Credentials, method: string, path: string, query: Record<string, string>) => {
  const reply = await exchange.signed(key, method, path, query);
  assert.equal(reply.status, 200, `${path}: ${reply.text}`);
  return reply.body;
};

/** One row of each history; the amounts increase with time. */
async function writeHistory(amount: string): Promise<void> {
  const { server } = exchange;
  const { master, sub } = accounts;
  const post = (path: string, query: Record<string, string>) => call(master, 'POST', path, query);
  const questionnaire = JSON.stringify({ amount });
  const order = { coin: 'ETH', address: `to-${amount}`, amount, questionnaire };
  await post('/sapi/v1/localentity/withdraw/apply', order);
  for (const key of [master, sub]) {
    const { address } = await call(key, 'GET', '/wapi/v3/depositAddress.html', { asset: 'ETH' });
    const paid = await exchange.operator('POST', '/deposits', { asset: 'ETH', address, amount });
    assert.equal(paid.status, 201, paid.text);
  }
  await credit(server, master.email, `ADA ${amount}`);
  await post('/sapi/v1/asset/dust', { asset: 'ADA' });
  await post('/sapi/v1/asset/transfer', { type: 'MAIN_FUNDING', asset: 'ETH', amount });
  const spot = { fromAccountType: 'SPOT', toAccountType: 'SPOT' };
  const transfer = { toEmail: sub.email, ...spot, asset: 'ETH', amount };
  await post('/sapi/v1/sub-account/universalTransfer', transfer);
  const dividend = { asset: 'BTC', holdersOf: 'ETH', total: decimal(amount), info: '' };
  await done(server.commands.submit('distributeDividend', { operator, ...dividend }));
}

/** The balances of three past days, before a request caches the account, whose age shows in them. */
async function closeDays(accountId: number): Promise<void> {
  await using sql = openSql(exchange.location);
  await sql.run(`UPDATE accounts SET created_at = ${openedMs} WHERE id = ${accountId}`);
  for (const day of [today - 3, today - 2, today - 1]) {
    await sql.run(`INSERT INTO closed_days VALUES (${day}, 0, '1')`);
    await sql.run(`INSERT INTO closing_balances VALUES (${accountId}, 'BTC', 'spot', ${day}, '1', '0')`);
  }
}

/** The queries of histories that have mandatory parameters. */
const queries: Readonly<Record<string, { readonly as?: 'sub'; readonly query: Record<string, string> }>> = {
  accountSnapshot: { query: { type: 'SPOT' } },
  userUniversalTransferHistory: { query: { type: 'MAIN_FUNDING' } },
  subAccountDepositHisrec: { query: { email: emailOf('sub') } },
  subAccountTransferHistory: { query: { email: emailOf('sub') } },
  subUserTransferHistory: { as: 'sub', query: { type: '1' } },
};

/** Fields that increase with time, in the order in which a row has them. */
const increasing = ['amount', 'qty', 'totalTransferedAmount', 'transfered_total', 'updateTime'];

type Row = Record<string, unknown>;

function rowsOf(body: unknown): readonly Row[] {
  if (Array.isArray(body)) return body;
  const parts = Object.values(body as Row).filter((value) => typeof value === 'object' && value !== null);
  assert.equal(parts.length, 1, JSON.stringify(body));
  return rowsOf(parts[0]);
}

function valuesOf(rows: readonly Row[]): readonly number[] {
  return rows.map((row) => Number(row[increasing.find((name) => name in row) ?? assert.fail(`${row}`)]));
}

async function listed({ id, method, paths }: Operation, more: Record<string, string> = {}) {
  const { as = 'master', query = {} } = queries[id] ?? {};
  const body = await call(accounts[as], method, paths[0] ?? '', { ...query, ...more });
  return valuesOf(rowsOf(body));
}

const histories = customerOperations.filter(({ order }) => order !== null);

for (const operation of histories) {
  test(`${operation.paths.at(-1)}: ${operation.order}`, async () => {
    const all = await listed(operation);
    assert.ok(all.length >= amounts.length, `${all}`);
    const sorted = all.toSorted((one, other) => one - other);
    assert.deepEqual(all, operation.order === 'oldest first' ? sorted : sorted.toReversed());
    assert.equal(new Set(all).size, all.length, 'so that the order shows');
    if (!('startTime' in operation.parameters)) return;
    const startTime = `${openedMs}`;
    assert.deepEqual(await listed(operation, { startTime }), all);
  });
}

test('every operation with a time range or an offset is a history', () => {
  const withRange = customerOperations.filter(
    ({ parameters }) => 'startTime' in parameters || 'offset' in parameters,
  );
  assert.deepEqual(withRange.toSorted(byId), histories.toSorted(byId));
});

const byId = ({ id: one }: Operation, { id: other }: Operation) => (one < other ? -1 : 1);
