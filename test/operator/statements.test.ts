/** Past balances and statements of an account, as JSON and as CSV. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { type Exchange, startExchange } from '../support/exchange.ts';
import { ask, assertRejected, credit, done, openCustomer, signed } from './operator-client.ts';

const email = 'alice@x.com';
const statement = `/accounts/${email}/statement`;

let exchange: Exchange;
let begunMs: number;
before(async () => {
  begunMs = Date.now();
  exchange = await startExchange();
  const alice = await openCustomer(exchange, email);
  await credit(exchange, email, 'ETH', '10');
  const creditedMs = Date.now();
  // Waits, so that the next transfer has a later time.
  await eventually(
    async () => Date.now(),
    (nowMs) => nowMs > creditedMs,
  );
  const move = 'type=MAIN_FUNDING&asset=ETH&amount=2.5';
  assert.ok((await signed(exchange, alice, 'POST', '/sapi/v1/asset/transfer', move)).tranId > 0);
});
after(() => exchange.close());

test('a statement lists each change of a wallet with the balance after it, between two balances', async () => {
  const { opening, entries, closing, next } = await done(exchange, 'GET', `${statement}?from=${begunMs}`);
  assert.deepEqual(opening, []);
  assert.deepEqual(
    entries.map((each: Record<string, string>) => [
      each.kind,
      each.wallet,
      each.freeChange,
      each.free,
      each.held,
    ]),
    [
      ['adjustment', 'spot', '10', '10', '0'],
      ['wallet-transfer', 'spot', '-2.5', '7.5', '0'],
      ['wallet-transfer', 'funding', '2.5', '2.5', '0'],
    ],
  );
  assert.deepEqual(closing, [
    { wallet: 'funding', asset: 'ETH', free: '2.5', held: '0' },
    { wallet: 'spot', asset: 'ETH', free: '7.5', held: '0' },
  ]);
  assert.equal(next, null);
});

test('a statement is read page by page, each beginning where the last one ended', async () => {
  const first = await done(exchange, 'GET', `${statement}?from=0&limit=1`);
  assert.deepEqual([first.entries.length, first.next], [1, first.entries[0].seq]);
  const second = await done(exchange, 'GET', `${statement}?from=0&limit=1&after=${first.next}`);
  assert.deepEqual(second.opening, first.closing);
  assert.deepEqual([second.entries.length, second.next], [2, null]);
});

test('a page that continues outside the interval shows nothing from there', async () => {
  const all = await done(exchange, 'GET', `${statement}?from=0`);
  const [credited, moved] = all.entries;
  const before = `${statement}?from=${moved.at}`;
  const whole = await done(exchange, 'GET', before);
  assert.deepEqual(await done(exchange, 'GET', `${before}&after=${credited.seq - 1}`), whole);
  const past = await done(exchange, 'GET', `${statement}?from=0&to=${credited.at}&after=${moved.seq}`);
  assert.deepEqual(past.entries, []);
  const shown = [{ wallet: 'spot', asset: 'ETH', free: '10', held: '0' }];
  assert.deepEqual([past.opening, past.closing], [shown, shown]);
});

test('a statement is CSV if the query or the header asks for it', async () => {
  const columns = 'seq,at,kind,reference,wallet,asset,freeChange,heldChange,free,held';
  const csv = async (query: string, headers = {}) => {
    const response = await fetch(`${exchange.operatorUrl}/operator/v1${statement}?from=0${query}`, {
      headers: { authorization: `Bearer ${exchange.server.operatorToken}`, ...headers },
    });
    assert.match(String(response.headers.get('content-type')), /^text\/csv/);
    return (await response.text()).split('\r\n');
  };
  const lines = await csv('&format=csv');
  assert.deepEqual([lines[0], lines.length, lines.at(-1)], [columns, 5, '']);
  assert.match(String(lines[2]), /^\d+,\d+,wallet-transfer,\d+,spot,ETH,-2\.5,0,7\.5,0$/);
  assert.deepEqual(await csv('', { accept: 'text/csv' }), lines);
  assert.deepEqual(await csv('&format=csv&asset=BTC'), [columns, '']);
});

test('balances at a past time are those after all transfers up to then', async () => {
  const at = async (time: number) =>
    (await done(exchange, 'GET', `/accounts/${email}/balances?at=${time}`)).balances;
  assert.deepEqual(await at(0), []);
  const { entries } = await done(exchange, 'GET', `${statement}?from=0`);
  assert.equal((await at(entries[2].at)).length, 2);
  assert.deepEqual(await at(entries[0].at - 1), []);
});

test('an interval that ends before it begins and a future time are rejected', async () => {
  const get = (path: string) => ask(exchange, 'GET', `/operator/v1${path}`);
  assertRejected(await get(`${statement}?from=2&to=1`), 400, -9400, /^from: is after to\.$/);
  const tomorrow = Date.now() + 86_400_000;
  assertRejected(await get(`/accounts/${email}/balances?at=${tomorrow}`), 400, -9400, /future/);
  assertRejected(await get('/accounts/nobody@x.com/statement?from=0'), 404, -9404);
});
