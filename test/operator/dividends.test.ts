/** A dividend for many holders: the shares are fixed at one moment and paid page by page beside other commands. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { allotDividend } from '../../src/domain/dividend.ts';
import { eventually } from '../support/eventually.ts';
import { type Exchange, startExchange } from '../support/exchange.ts';
import { assertLedgerBalances } from '../support/ledger-checks.ts';
import { announceSeed, createRandom, seed } from '../support/seed.ts';
import { decimal, operator } from '../support/world-plan.ts';
import { ask, assertRejected, done } from './operator-client.ts';

const networks = [{ network: 'NET', addressFormat: 'opaque' }];
const count = 1200;
const reason = 'a test';

describe('a dividend for more holders than fit in one commit', () => {
  let exchange: Exchange;
  let ids: readonly number[] = [];
  const held = new Map<number, bigint>();

  before(async () => {
    exchange = await startExchange();
    for (const asset of ['BASE', 'GIFT']) await done(exchange, 'PUT', `/assets/${asset}`, { networks });
    const random = createRandom(seed);
    const { commands: port } = exchange.server;
    ids = await Promise.all(
      Array.from({ length: count }, async (_, index) => {
        const email = `holder${index}@x.com`;
        const opened = await port.submit('openAccount', { operator, email });
        assert.ok('done' in opened);
        // Some hold the same amount, some almost nothing, and some nothing at all.
        const units = BigInt(random.pick([0, 1, 1, 7, random.below(1e9)]));
        if (units > 0n) held.set(opened.done.id, units);
        const amount = decimal(`${units}e-8`);
        const credit = { operator, email, asset: 'BASE', amount, direction: 'credit' } as const;
        if (units > 0n) assert.ok('done' in (await port.submit('adjustBalance', credit)));
        return opened.done.id;
      }),
    );
  });
  after(() => exchange.close());

  const pay = (total: string, key?: string) =>
    ask(
      exchange,
      'POST',
      '/operator/v1/dividends',
      { asset: 'GIFT', holdersOf: 'BASE', total, info: 'a gift', reason },
      key === undefined ? {} : { 'idempotency-key': key },
    );
  const look = (tranId: number) => done(exchange, 'GET', `/dividends/${tranId}`);
  const isDone = ({ status }: { status: string }) => status === 'done';
  const paidBy = async (tranId: number) => {
    const rows = await exchange.server.reads.rows('dividend_payments', { tranId });
    return rows.map(({ accountId, amount }) => ({ accountId, units: amount }));
  };
  const partsOf = (total: bigint) =>
    allotDividend(
      total,
      [...held].map(([accountId, units]) => ({ accountId, units })),
    );

  test('a dividend that needs a second person is refused before anything of it is stored', async () => {
    const changes = [{ kind: 'dividend' }];
    await done(exchange, 'PUT', '/policies', { rules: [], changes });
    try {
      const { status, body } = await pay('1');
      assert.deepEqual([status, body.code], [409, -9409]);
      assert.match(body.msg, /kind dividend needs a second person/);
      for (const table of ['dividends', 'dividend_shares'] as const)
        assert.deepEqual(await exchange.server.reads.rows(table, {}), [], table);
    } finally {
      await done(exchange, 'PUT', '/policies', { rules: [], changes: [] });
    }
  });

  test('the shares are those at the time of the request, to the last unit, whatever is credited since', async (t) => {
    announceSeed(t, 'operator');
    const total = '7.00000001';
    const reply = await pay(total);
    assert.equal(reply.status, 201, reply.text);
    const expected = partsOf(700_000_001n);
    assert.deepEqual(
      [reply.body.status, reply.body.payments, reply.body.total],
      ['distributing', expected.length, total],
    );
    const late = { asset: 'BASE', amount: '1000', reason };
    await done(exchange, 'POST', '/accounts/holder0@x.com/credit', late);
    held.set(ids[0]!, (held.get(ids[0]!) ?? 0n) + 100_000_000_000n);
    const finished = await eventually(() => look(reply.body.tranId), isDone);
    assert.deepEqual(finished, { ...reply.body, status: 'done' });
    assert.deepEqual(await paidBy(reply.body.tranId), expected);
    assert.deepEqual(await exchange.server.reads.rows('dividend_shares', {}), []);
    await assertLedgerBalances(exchange.server);
  });

  test('each payment becomes visible together with its credit', async () => {
    const { body } = await pay('5');
    const seen = await eventually(
      async () => {
        const [account] = await exchange.server.reads.rows('dividend_payments', { tranId: body.tranId });
        return account;
      },
      (row) => row !== undefined,
    );
    const [transfer] = await exchange.server.reads.rows('transfers', {
      reference: `${body.tranId}`,
      credit: `${seen!.accountId}:spot:free`,
    });
    assert.deepEqual([transfer?.amount, transfer?.kind], [seen!.amount, 'dividend']);
    await eventually(() => look(body.tranId), isDone);
    const transfers = await exchange.server.reads.rows('transfers', { reference: `${body.tranId}` });
    assert.equal(transfers.length, body.payments);
    assert.equal(
      transfers.reduce((sum, { amount }) => sum + amount, 0n),
      500_000_000n,
    );
  });

  test('a restarted server continues paying and pays nobody twice', async () => {
    const { body } = await pay('3.5');
    await exchange.restart();
    await eventually(() => look(body.tranId), isDone);
    assert.deepEqual(await paidBy(body.tranId), partsOf(350_000_000n));
    await assertLedgerBalances(exchange.server);
  });

  test('the same request under one key is one dividend, concurrently and later', async () => {
    const replies = await Promise.all([pay('2', 'gift'), pay('2', 'gift'), pay('2', 'gift')]);
    const [first] = replies;
    for (const reply of replies) assert.deepEqual([reply.status, reply.text], [201, first?.text]);
    await eventually(() => look(first?.body.tranId), isDone);
    const again = await pay('2', 'gift');
    assert.deepEqual([again.text, again.headers.get('idempotent-replayed')], [first?.text, 'true']);
    assertRejected(await pay('2.1', 'gift'), 409, -9409);
    const transfers = await exchange.server.reads.rows('transfers', { reference: `${first?.body.tranId}` });
    assert.equal(transfers.length, first?.body.payments);
    const { dividends } = await done(exchange, 'GET', '/dividends');
    assert.deepEqual(
      dividends.map(({ total }: { total: string }) => total),
      ['7.00000001', '5', '3.5', '2'],
    );
    await assertLedgerBalances(exchange.server);
  });

  test('a total smaller than the number of holders goes to those with the largest remainders', async () => {
    const { body } = await pay('0.00000005');
    assert.equal(body.payments, partsOf(5n).length);
    await eventually(() => look(body.tranId), isDone);
    assert.deepEqual(await paidBy(body.tranId), partsOf(5n));
  });

  test('a dividend in preparation is not shown', async () => {
    const order = { operator, asset: 'GIFT', holdersOf: 'BASE', total: decimal('1'), info: '' };
    const begun = await exchange.server.commands.submit('beginDividend', order);
    assert.ok('done' in begun);
    assertRejected(await exchange.operator('GET', `/dividends/${begun.done.tranId}`), 404, -9404);
    const { dividends } = await done(exchange, 'GET', '/dividends');
    assert.equal(dividends.length, 5);
  });

  test('an unknown dividend, a total of zero and an asset without holders are rejected', async () => {
    assertRejected(await exchange.operator('GET', '/dividends/1'), 404, -9404);
    assertRejected(await exchange.operator('GET', '/dividends/x'), 400, -9400, /^path\.tranId/);
    assertRejected(await pay('0'), 400, -9400);
    assertRejected(await pay('0.000000001'), 400, -9400);
  });
});

test('up to 200 holders are paid before the reply', async (t) => {
  const exchange = await startExchange();
  t.after(() => exchange.close());
  await done(exchange, 'PUT', '/assets/BASE', { networks });
  for (let index = 0; index < 3; index += 1) {
    await done(exchange, 'POST', '/accounts', { email: `h${index}@x.com` });
    await done(exchange, 'POST', `/accounts/h${index}@x.com/credit`, { asset: 'BASE', amount: '1', reason });
  }
  const body = { asset: 'BASE', holdersOf: 'BASE', total: '1', info: '', reason };
  const paid = await done(exchange, 'POST', '/dividends', body);
  assert.deepEqual([paid.status, paid.payments], ['done', 3]);
  assert.equal((await exchange.server.reads.rows('dividend_payments', {})).length, 3);
  assert.deepEqual(await done(exchange, 'GET', `/dividends/${paid.tranId}`), paid);
});
