/** Concurrent withdrawals at two processes: each order once, nothing beyond the balance, each sent once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import type { Exchange, Reply } from '../support/exchange.ts';
import { assertLedgerBalances } from '../support/ledger-checks.ts';
import { skipWithoutPostgres } from '../support/postgres.ts';
import { buildStandardWorld, outsideAddresses, standardAssets } from '../support/standard-world.ts';
import { emailOf, keyOf } from '../support/world.ts';
import { type Pair, withPair } from './pair.ts';

const options = { skip: skipWithoutPostgres };
const [address = ''] = outsideAddresses.ETH ?? [];
const range = (count: number) => Array.from({ length: count }, (_, index) => index);

const withdraw = (at: Exchange, amount: string, more: Record<string, string> = {}): Promise<Reply> =>
  at.signed(keyOf('alice'), 'POST', '/wapi/v3/withdraw.html', {
    asset: 'ETH',
    address,
    amount,
    recvWindow: '60000',
    ...more,
  });

const withStandardWorld = (work: (pair: Pair) => Promise<void>, flags: readonly string[] = []) =>
  withPair(async (pair) => {
    await buildStandardWorld(pair.a.server);
    await work(pair);
    await assertLedgerBalances(pair.b.server);
  }, flags);

test('one order sent to both concurrently is one withdrawal, and both return its id', options, () =>
  withStandardWorld(async ({ both, sql }) => {
    const orders = range(40).map((index) => ({ withdrawOrderId: `order-${index}` }));
    const pairs = await Promise.all(
      orders.map((order) => Promise.all(both.map((at) => withdraw(at, '0.01', order)))),
    );
    for (const [first, second] of pairs) {
      assert.deepEqual([first?.status, second?.status], [200, 200], `${first?.text} ${second?.text}`);
      assert.equal(first?.body.id, second?.body.id);
    }
    const [{ count } = {}] = await sql.rows('SELECT count(*) FROM withdrawals');
    assert.equal(Number(count), orders.length);
  }),
);

test('a balance is withdrawn only once, whichever process gets the request', options, () =>
  withStandardWorld(async ({ both, a }) => {
    const { reads } = a.server;
    const account = await reads.row('accounts', { email: emailOf('alice') });
    const balance = () => reads.row('balances', { accountId: account?.id ?? 0, asset: 'ETH' });
    const free = (await balance())?.free ?? 0n;
    const replies = await Promise.all(
      range(60).map((index) => withdraw(both[index % 2]!, `${free / 20n}e-8`)),
    );
    assert.equal(replies.filter(({ status }) => status === 200).length, 20);
    for (const { status, body } of replies) assert.ok(status === 200 || body.code === -4026, body.msg);
    assert.ok(((await balance())?.free ?? -1n) >= 0n);
  }),
);

/** Each withdrawal has one transaction on the chain with the requested payment, and one settlement in the ledger. */
async function assertEachPaidOnce({ sql, b }: Pair, replies: readonly Reply[]): Promise<void> {
  for (const { status, text } of replies) assert.equal(status, 200, text);
  const ids = replies.map(({ body }) => body.id as string).sort();
  const fee = standardAssets.find(([{ asset }]) => asset === 'ETH')?.[0].networks[0]?.withdrawFee ?? 0n;
  await eventually(
    () => b.server.reads.rows('withdrawals', {}),
    (rows) => rows.every(({ stage }) => stage === 'completed'),
  );
  const sent = await sql.rows("SELECT content FROM simulated_chain.transactions WHERE direction = 'out'");
  const payments = sent.map(({ content }) => JSON.parse(String(content)));
  assert.deepEqual(payments.map(({ withdrawalId }) => withdrawalId).sort(), ids);
  for (const each of payments)
    assert.deepEqual([each.address, each.amount], [address, `${1_000_000n - fee}`]);
  const settled = await sql.rows("SELECT reference FROM transfers WHERE kind = 'withdrawal-settle'");
  assert.deepEqual(settled.map(({ reference }) => reference).sort(), ids);
}

test('each withdrawal is sent and settled once, whichever process claimed it', options, () =>
  withStandardWorld(
    async (pair) => {
      const replies = await Promise.all(range(80).map((index) => withdraw(pair.both[index % 2]!, '0.01')));
      await assertEachPaidOnce(pair, replies);
    },
    ['--block-ms', '100'],
  ),
);

test('a withdrawal claimed by a process that closes immediately is sent once by another', options, () =>
  withStandardWorld(
    async (pair) => {
      const replies = await Promise.all(range(80).map(() => withdraw(pair.a, '0.01')));
      await pair.a.server.close();
      await assertEachPaidOnce(pair, replies);
    },
    ['--block-ms', '100'],
  ),
);
