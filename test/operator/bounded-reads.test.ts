/** Reads of operators are bounded: pages may end early, exports stop without a reader, and texts are not patterns. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get } from 'node:http';
import { after, before, describe, mock, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { ReadTooLong } from '../../src/store/port.ts';
import type { Slice } from '../../src/store/reads/lists.ts';
import type { Row } from '../../src/store/tables.ts';
import { openSql } from '../support/database.ts';
import { type Exchange, startExchange } from '../support/exchange.ts';
import { assertRejected, credit, done, openCustomer, submitted } from './operator-client.ts';

const email = 'ann_b@x.com';
type Withdrawals = Slice<Row<'withdrawals'>>;

describe('bounded reads', () => {
  let exchange: Exchange;
  let row: Row<'withdrawals'>;

  before(async () => {
    exchange = await startExchange();
    const customer = await openCustomer(exchange, email);
    await credit(exchange, email, 'ETH', '10');
    const id = await submitted(exchange, customer, { amount: '1.5' });
    row = (await exchange.server.reads.row('withdrawals', { id })) as Row<'withdrawals'>;
  });
  after(() => exchange.close());

  /** Lists read these slices; `calls` counts them. */
  function withSlices(read: () => Promise<Withdrawals>) {
    return mock.method(exchange.server.limitedReads, 'listedWithdrawals', read);
  }

  test('a page that has looked at many rows in vain ends early, says so, and can be continued', async () => {
    const looked = withSlices(async () => ({ rows: [], next: { at: 5, seq: 5 } }));
    const { withdrawals, incomplete, nextCursor } = await done(exchange, 'GET', '/withdrawals');
    looked.mock.restore();
    assert.deepEqual([withdrawals, incomplete], [[], true]);
    assert.ok(looked.mock.callCount() <= 200);
    const next = await done(exchange, 'GET', `/withdrawals?cursor=${nextCursor}`);
    assert.equal(next.incomplete, false);
  });

  test('a read that the store ends is answered 503, with what to do', async () => {
    const ended = withSlices(() => Promise.reject(new ReadTooLong('not-done', 'canceling statement')));
    const reply = await exchange.operator('GET', '/withdrawals');
    ended.mock.restore();
    assertRejected(reply, 503, -9503, /Try again, or ask for less/);
  });

  test('an export stops when its client disconnects', async (t) => {
    const endless = withSlices(async () => ({
      rows: Array.from({ length: 500 }, () => row),
      next: { at: 5, seq: 5 },
    }));
    t.after(() => endless.mock.restore());
    const asked = get(`${exchange.operatorUrl}/operator/v1/withdrawals?format=csv`, {
      headers: { authorization: `Bearer ${exchange.server.operatorToken}` },
    });
    const [reply] = await once(asked, 'response');
    await once(reply, 'data');
    asked.destroy();
    let before = -1;
    // The server notices the end of the connection a little later.
    for (let tries = 0; before !== endless.mock.callCount(); tries += 1) {
      assert.ok(tries < 100, 'it goes on');
      before = endless.mock.callCount();
      await pause(100);
    }
  });

  test('% and _ in a search are letters like any others', async () => {
    const found = async (q: string) =>
      (await done(exchange, 'GET', `/search?q=${encodeURIComponent(q)}`)).hits.length;
    assert.equal(await found('ann_b'), 1);
    for (const pattern of ['ann_b@x_com', 'ann%', '%', '_nn_b@x.com', 'ann%b@x.com'])
      assert.equal(await found(pattern), 0, pattern);
    const { withdrawals } = await done(exchange, 'GET', '/withdrawals?orderId=%25');
    assert.deepEqual(withdrawals, []);
  });

  test('notes are neither edited nor deleted, whichever program tries', async () => {
    await done(exchange, 'POST', `/accounts/${email}/notes`, { text: 'called twice' });
    await using sql = openSql(exchange.location);
    for (const statement of ["UPDATE account_notes SET text = 'other'", 'DELETE FROM account_notes'])
      await assert.rejects(sql.run(statement), /never/);
    const { notes } = await done(exchange, 'GET', `/accounts/${email}`);
    assert.deepEqual(
      notes.map(({ text }: { text: string }) => text),
      ['called twice'],
    );
  });

  test('a forged cursor is refused, or is another position in the same list', async () => {
    const page = await done(exchange, 'GET', '/audit?limit=1');
    const [key, ...place] = JSON.parse(Buffer.from(page.nextCursor, 'base64url').toString());
    for (const forged of [[key, ...place, 1], [key, '1', 2], [key, -1, 2], [key, 0.5, 1], [key], key, {}]) {
      const cursor = Buffer.from(JSON.stringify(forged)).toString('base64url');
      const reply = await exchange.operator('GET', `/audit?cursor=${cursor}`);
      assertRejected(reply, 400, -9400, /^query\.cursor: is not a cursor of this list/);
    }
    const end = Buffer.from(JSON.stringify([key, 0, 0])).toString('base64url');
    assert.deepEqual((await done(exchange, 'GET', `/audit?cursor=${end}`)).entries, []);
  });

  test('the page of an asset shows the same books as the integrity report', async () => {
    const books = await done(exchange, 'GET', '/assets/ETH/books');
    const { assets } = await done(exchange, 'GET', '/integrity');
    const [report] = assets.filter(({ asset }: { asset: string }) => asset === 'ETH');
    assert.deepEqual([books.liabilities, books.owed, books.holders], [report.customerLiabilities, '0', 1]);
    assert.equal(books.custody, report.custody);
    assert.equal(Number(books.difference), Number(books.custody) - Number(books.liabilities));
    const total = (field: 'count' | 'amount') =>
      books.openWithdrawals.reduce(
        (sum: number, each: Record<string, string>) => sum + Number(each[field]),
        0,
      );
    assert.deepEqual([total('count'), total('amount')], [1, 1.5]);
    assertRejected(await exchange.operator('GET', '/assets/NOPE/books'), 404, -9404);
  });
});
