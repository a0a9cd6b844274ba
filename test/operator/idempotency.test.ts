/** An Idempotency-Key makes a request safe to retry: it is executed once and always answered like the first time. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { operatorOperations } from '../../src/contract/operator-operations.ts';
import { type Exchange, type Reply, startExchange } from '../support/exchange.ts';
import { assertLedgerBalances } from '../support/ledger-checks.ts';
import { operationNamed } from './operation-named.ts';
import { ask, assertRejected, done, ether, signed, strangerAddress } from './operator-client.ts';

type Call = { readonly path: string; readonly body: Readonly<Record<string, unknown>> };

const base = '/operator/v1';
const reason = 'a test';
const at = '/accounts/customer@x.com';
const address = strangerAddress(9);

/** Each call with a variation that makes it a different request; all can be repeated without a key. */
const calls: Partial<Record<string, (number: number) => Call>> = {
  createAccount: (number) => ({ path: '/accounts', body: { email: `new${number}@x.com`, reason } }),
  createApiKey: (number) => ({ path: `${at}/api-keys`, body: { expiresAt: 2e12 + number, reason } }),
  creditAccount: (number) => ({ path: `${at}/credit`, body: { asset: 'ETH', amount: `${number}`, reason } }),
  debitAccount: (number) => ({ path: `${at}/debit`, body: { asset: 'ETH', amount: `0.${number}`, reason } }),
  createDeposit: (number) => ({
    path: '/deposits',
    body: { asset: 'ETH', address, amount: `${number}`, reason },
  }),
  payDividend: (number) => ({
    path: '/dividends',
    body: { asset: 'ETH', holdersOf: 'ETH', total: `${number}`, info: 'a gift', reason },
  }),
};
/** Operations that can succeed only once for a deposit, an address or a withdrawal. */
const decisions: readonly string[] = [
  'assignDeposit',
  'returnDeposit',
  'reverseDeposit',
  'importAddresses',
  'takeClaim',
];
const idempotentNames = operatorOperations
  .filter(({ id, idempotent }) => idempotent && !decisions.includes(id))
  .map(({ id }) => id);

describe('requests with an Idempotency-Key', () => {
  let exchange: Exchange;
  let numbers = 0;
  before(async () => {
    exchange = await startExchange();
    await done(exchange, 'PUT', '/assets/ETH', ether);
    await done(exchange, 'POST', '/accounts', { email: 'customer@x.com' });
    await done(exchange, 'PUT', `${at}/deposit-addresses`, { asset: 'ETH', network: 'ETH', address });
    await done(exchange, 'POST', `${at}/credit`, { asset: 'ETH', amount: '100', reason });
  });
  after(() => exchange.close());

  const send = (name: string, { path, body }: Call, key?: string, headers: Record<string, string> = {}) =>
    ask(exchange, operationNamed(name).method, `${base}${path}`, body, {
      ...headers,
      ...(key !== undefined && { 'idempotency-key': key }),
    });
  const isReplayed = ({ headers }: Reply) => headers.get('idempotent-replayed');
  const rows = async () => {
    const { reads } = exchange.server;
    const counts = await Promise.all(
      (
        ['transfers', 'accounts', 'api_keys', 'deposits', 'dividends', 'audit', 'idempotency_keys'] as const
      ).map(async (table) => (await reads.rows(table, {})).length),
    );
    return counts.join(' ');
  };

  test('every operation that accepts a key is in this table', () => {
    assert.deepEqual(Object.keys(calls).sort(), [...idempotentNames].sort());
  });

  for (const name of idempotentNames) {
    const call = calls[name];
    if (call === undefined) continue;

    test(`${name}: a repeated request is answered with the first reply, and nothing is done`, async () => {
      const request = call(++numbers);
      const first = await send(name, request, `${name} 1`);
      assert.equal(first.status, operationNamed(name).status, first.text);
      assert.equal(isReplayed(first), null);
      const before = await rows();
      const again = await send(name, request, `${name} 1`, { 'x-operator': 'another' });
      assert.deepEqual([again.status, again.text, isReplayed(again)], [first.status, first.text, 'true']);
      const reordered = { ...request, body: Object.fromEntries(Object.entries(request.body).reverse()) };
      assert.equal((await send(name, reordered, `${name} 1`)).text, first.text);
      assert.equal(await rows(), before);
    });

    test(`${name}: a different request under the same key is rejected with 409, and nothing is done`, async () => {
      const request = call(++numbers);
      const first = await send(name, request, `${name} 2`);
      const before = await rows();
      assertRejected(await send(name, call(++numbers), `${name} 2`), 409, -9409, /Idempotency-Key '.* 2'/);
      const why = { ...request, body: { ...request.body, reason: 'another' } };
      assertRejected(await send(name, why, `${name} 2`), 409, -9409);
      assert.equal(await rows(), before);
      const again = await send(name, request, `${name} 2`);
      assert.deepEqual([again.status, again.text], [first.status, first.text]);
    });

    test(`${name}: many concurrent requests under one key are executed once`, async () => {
      const request = call(++numbers);
      const replies = await Promise.all(Array.from({ length: 20 }, () => send(name, request, `${name} 3`)));
      assert.deepEqual(new Set(replies.map(({ status }) => status)), new Set([operationNamed(name).status]));
      assert.equal(new Set(replies.map(({ text }) => text)).size, 1);
      assert.equal(replies.filter((reply) => isReplayed(reply) === null).length, 1);
    });

    test(`${name}: a rejected request leaves the key unused`, async () => {
      const request = call(++numbers);
      const rejected = await send(
        name,
        { ...request, body: { ...request.body, asset: 'NONE', email: 1 } },
        `${name} 4`,
      );
      assert.ok([400, 404].includes(rejected.status), rejected.text);
      const sent = await send(name, request, `${name} 4`);
      assert.deepEqual([sent.status, isReplayed(sent)], [operationNamed(name).status, null]);
    });

    test(`${name}: without a key it is executed each time`, async () => {
      const request = call(++numbers);
      const replies = [await send(name, request), await send(name, request)];
      // An e-mail can be used only once.
      const expected = name === 'createAccount' ? [201, 409] : Array(2).fill(operationNamed(name).status);
      assert.deepEqual(
        replies.map(({ status }) => status),
        expected,
      );
    });
  }

  const deposit = (body: object, key: string) =>
    send('createDeposit', { path: '/deposits', body: { asset: 'ETH', address, reason, ...body } }, key);
  const onChain = async () => {
    const rows = await exchange.server.reads.rows('deposits', {});
    await done(exchange, 'POST', '/chain/blocks', { network: 'ETH', count: 3 });
    assert.equal(
      (await exchange.server.reads.rows('deposits', {})).length,
      rows.length,
      'nothing else is credited',
    );
    return rows.length;
  };

  test('the reply to a repeated deposit shows it as first recorded, even after it was credited', async () => {
    const first = await deposit({ amount: '3' }, 'credited');
    assert.equal(first.body.status, 0);
    await onChain();
    assert.equal((await done(exchange, 'GET', `/deposits/${first.body.id}`)).status, 1);
    const again = await deposit({ amount: '3' }, 'credited');
    assert.deepEqual([again.text, isReplayed(again)], [first.text, 'true']);
  });

  test('concurrent deposits with different transactions under one key: one reaches the chain', async () => {
    const before = await onChain();
    const txIds = Array.from({ length: 8 }, (_, index) => `0x${`${index + 1}`.repeat(64)}`);
    const replies = await Promise.all(txIds.map((txId) => deposit({ amount: '1', txId }, 'which')));
    assert.deepEqual(replies.map(({ status }) => status).sort(), [201, ...Array(7).fill(409)]);
    assert.equal(await onChain(), before + 1);
  });

  test('a rejected deposit leaves the key unused', async () => {
    const elsewhere = { amount: '1', address: strangerAddress(77) };
    assertRejected(await deposit(elsewhere, 'nowhere'), 404, -9404);
    assert.equal(
      (await exchange.server.reads.rows('idempotency_keys', { idempotencyKey: 'nowhere' })).length,
      0,
    );
    assert.equal((await deposit({ amount: '1' }, 'nowhere')).status, 201);
  });

  test('a request that failed between its key and its work is completed by the next equal one only', async () => {
    const body = { asset: 'ETH', address, reason, amount: '1' };
    const first = await deposit(body, 'dies');
    await exchange.server.commands.submit('releaseIdempotencyKey', {
      operation: 'createDeposit',
      key: 'dies',
      content: 'x',
    });
    const [row] = await exchange.server.reads.rows('idempotency_keys', { idempotencyKey: 'dies' });
    const idempotency = { operation: 'createDeposit', key: 'died', content: row!.content };
    const reserved = await exchange.server.commands.submit('reserveIdempotencyKey', idempotency);
    assert.ok('done' in reserved);
    assertRejected(await deposit({ ...body, amount: '2' }, 'died'), 409, -9409);
    const next = await deposit(body, 'died');
    assert.deepEqual([next.status, isReplayed(next)], [201, null]);
    assert.notEqual(next.body.txId, first.body.txId);
    assert.equal((await deposit(body, 'died')).text, next.text);
  });

  test('the reply to a repeated decision about a deposit shows the first outcome', async () => {
    await done(exchange, 'PUT', '/assets/XRP', { networks: [{ network: 'XRP' }] });
    const key = await done(exchange, 'POST', `${at}/api-keys`, {});
    const own = await signed(exchange, key, 'GET', '/wapi/v3/depositAddress.html', { asset: 'XRP' });
    const stray = { asset: 'XRP', address: own.address, amount: '5', reason };
    const { id } = await done(exchange, 'POST', '/deposits', stray);
    const request = { path: `/deposits/${id}/assign`, body: { email: 'customer@x.com', reason } };
    const first = await send('assignDeposit', request, 'assigned');
    assert.deepEqual([first.status, first.body.stage], [200, 'pending']);
    await done(exchange, 'POST', '/chain/blocks', { network: 'XRP', count: 3 });
    const again = await send('assignDeposit', request, 'assigned');
    assert.deepEqual([again.text, isReplayed(again)], [first.text, 'true']);
    assertRejected(await send('assignDeposit', request), 409, -9409);
  });

  /** Each value is a header line of its own. */
  async function sendLines(headers: Record<string, string[]>): Promise<{ status?: number; text: string }> {
    const sent = request(`${exchange.operatorUrl}${base}${at}/credit`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${exchange.server.operatorToken}`,
        'content-type': 'application/json',
        ...headers,
      },
    });
    sent.end(JSON.stringify({ asset: 'ETH', amount: '1', reason }));
    const [response] = await once(sent, 'response');
    return { status: response.statusCode, text: await text(response) };
  }

  test('a key or an operator given in two header lines is rejected, and nothing is done', async () => {
    const before = await rows();
    for (const [name, lines, says] of [
      ['idempotency-key', ['a', 'b'], /Idempotency-Key: must be sent once, not 2 times/],
      ['Idempotency-Key', ['a', 'a'], /Idempotency-Key: must be sent once/],
      ['X-OPERATOR', ['olga', 'olga', 'otto'], /X-Operator: must be sent once, not 3 times/],
    ] as const) {
      const rejected = await sendLines({ [name]: [...lines] });
      assert.equal(rejected.status, 400, rejected.text);
      assert.match(rejected.text, says);
    }
    assert.equal(await rows(), before);
    // One line with a comma is one key.
    assert.equal((await sendLines({ 'idempotency-key': ['a, b'] })).status, 200);
  });

  test('a rejection is not stored: the same request is executed once it becomes possible', async () => {
    const body = { asset: 'ETH', amount: '1', reason };
    const credit = (key: string) =>
      send('creditAccount', { path: '/accounts/later@x.com/credit', body }, key);
    assertRejected(await credit('later'), 404, -9404);
    await done(exchange, 'POST', '/accounts', { email: 'later@x.com' });
    const reply = await credit('later');
    assert.deepEqual([reply.status, reply.body.free, isReplayed(reply)], [200, '1', null]);
  });

  test('keys are scoped to the operation: the same key credits and debits', async () => {
    const body = { asset: 'ETH', amount: '0.5', reason };
    for (const name of ['creditAccount', 'debitAccount'] as const) {
      const reply = await send(
        name,
        { path: `${at}/${name === 'creditAccount' ? 'credit' : 'debit'}`, body },
        'shared',
      );
      assert.deepEqual([reply.status, isReplayed(reply)], [200, null]);
    }
  });

  test('the first reply is repeated even if the data it shows has changed', async () => {
    const key = await send('createApiKey', { path: `${at}/api-keys`, body: {} }, 'key');
    await signed(exchange, key.body, 'GET', '/wapi/v3/accountStatus.html');
    await done(exchange, 'DELETE', `${at}/api-keys/${key.body.apiKey}?reason=x`);
    assert.equal((await send('createApiKey', { path: `${at}/api-keys`, body: {} }, 'key')).text, key.text);
    assert.equal((await exchange.server.reads.rows('api_keys', { apiKey: key.body.apiKey })).length, 0);
  });

  test('a stored reply does not contain the secret in readable form', async () => {
    const { body } = await send('createApiKey', { path: `${at}/api-keys`, body: {} }, 'sealed');
    const stored = await exchange.server.reads.rows('idempotency_keys', { operation: 'createApiKey' });
    assert.ok(stored.length > 0);
    assert.ok(!JSON.stringify(stored).includes(body.secretKey));
  });

  for (const [what, key] of [
    ['that is empty', ''],
    ['of 256 characters', 'k'.repeat(256)],
    ['not in ASCII', 'clé'],
    ['with a tab', 'a\tb'],
  ] as const) {
    test(`a key ${what} is rejected, naming the rule`, async () => {
      const reply = await send('creditAccount', calls.creditAccount!(1), key);
      assertRejected(reply, 400, -9400, /^Idempotency-Key: must be 1 to 255 printable ASCII characters$/);
    });
  }

  test('a key of 255 printable characters is accepted', async () => {
    const key = Array.from({ length: 255 }, (_, index) => String.fromCharCode(33 + (index % 94))).join('');
    assert.equal((await send('creditAccount', calls.creditAccount!(1), key)).status, 200);
    assert.equal(isReplayed(await send('creditAccount', calls.creditAccount!(1), key)), 'true');
    // Upper and lower case are different keys.
    assert.equal(isReplayed(await send('creditAccount', calls.creditAccount!(1), key.toLowerCase())), null);
  });

  test('a key for an operation that accepts none is rejected, and nothing is done', async () => {
    for (const [name, call] of [
      ['listAccounts', { path: '/accounts', body: undefined }],
      ['putPrice', { path: '/prices/ETH', body: { price: '1' } }],
      ['mineBlocks', { path: '/chain/blocks', body: { network: 'ETH', count: 1 } }],
    ] as const) {
      const before = await rows();
      const reply = await send(name, call as Call, 'k');
      assertRejected(
        reply,
        400,
        -9400,
        new RegExp(`^Idempotency-Key: is not supported by ${name}; send the request without it$`),
      );
      assert.equal(await rows(), before);
    }
  });

  test('the key survives a restart', async () => {
    const request = calls.creditAccount!(++numbers);
    const first = await send('creditAccount', request, 'restart');
    await exchange.restart();
    const again = await send('creditAccount', request, 'restart');
    assert.deepEqual([again.text, isReplayed(again)], [first.text, 'true']);
    await assertLedgerBalances(exchange.server);
  });
});
