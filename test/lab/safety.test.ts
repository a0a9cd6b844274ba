/** Without the lab nothing of it exists, and a database that it was opened with is not opened without it. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Exchange, startExchange } from '../support/exchange.ts';
import { buildStandardWorld, outsideAddresses } from '../support/standard-world.ts';
import type { Customer } from '../support/world.ts';

const [address = ''] = outsideAddresses.ETH ?? [];
const order = (more: object) => ({ asset: 'ETH', address, amount: '0.5', ...more });

describe('without the lab', () => {
  let exchange: Exchange;
  let alice: Customer;

  before(async () => {
    exchange = await startExchange(['--demo', '1', '--lab', '0']);
    ({ alice } = await buildStandardWorld(exchange.server));
  });
  after(() => exchange.close());

  test('its routes answer 404 like any unknown path, and its operations are not documented', async () => {
    const requests = [
      ['GET', '/lab/faults'],
      ['POST', '/lab/faults'],
      ['GET', '/lab/faults/f_1'],
      ['DELETE', '/lab/faults/f_1'],
      ['GET', '/lab/firings'],
      ['GET', '/lab/requests'],
      ['GET', '/lab/effects'],
      ['DELETE', '/lab/effects/e_1'],
      ['GET', '/lab/verdict'],
      ['GET', '/lab/clock'],
      ['POST', '/lab/clock/freeze'],
      ['POST', '/lab/clock/resume'],
      ['POST', '/lab/clock/advance'],
    ] as const;
    for (const [method, path] of requests) {
      const body = method === 'POST' ? { do: 'commit-then-504' } : undefined;
      const reply = await exchange.operator(method, path, body);
      const unknown = await exchange.operator(method, '/nothing', body);
      assert.equal(reply.status, 404, `${method} ${path}: ${reply.text}`);
      assert.equal(reply.text, unknown.text.replace('/nothing', path));
    }
    const document = await (await fetch(`${exchange.operatorUrl}/openapi.json`)).text();
    assert.doesNotMatch(document, /\/lab\//);
  });

  test('header and magic values have no effect, not even those that name no preset', async () => {
    for (const preset of ['commit-then-504', 'nothing']) {
      const byValue = await exchange.signed(
        alice,
        'POST',
        '/wapi/v3/withdraw.html',
        order({ name: `lab:${preset}`, withdrawOrderId: `lab-${preset}-1` }),
      );
      assert.equal(byValue.status, 200, byValue.text);
      const byHeader = await exchange.request('GET', '/api/v3/time', { headers: { 'bursar-fault': preset } });
      assert.equal(byHeader.status, 200);
    }
  });
});

test('a database that was opened with the lab is refused without it', async () => {
  const exchange = await startExchange(['--demo', '1', '--lab', '0']);
  try {
    await exchange.restart(['--demo', '1']);
    for (const flags of [['--demo', '1', '--lab', '0'], []])
      await assert.rejects(exchange.restart(flags), (error: Error) => {
        assert.equal(error.name, 'ConfigError');
        assert.match(error.message, /with the lab.*BURSAR_LAB=1 \(--lab\)/);
        return true;
      });
    await exchange.restart(['--demo', '1', '--lab', '1']);
    assert.equal((await exchange.operator('GET', '/lab/faults')).status, 200);
  } finally {
    await exchange.close();
  }
});

test('after the demo keys are revoked, the database of a lab is still not one for production', async () => {
  const exchange = await startExchange(['--demo', '1']);
  try {
    const accounts = await exchange.server.reads.rows('accounts', {});
    const emailOf = (id: number) => accounts.find((each) => each.id === id)?.email;
    const keys = await exchange.server.reads.rows('api_keys', { demo: true });
    for (const { apiKey, accountId } of keys) {
      const { status, text } = await exchange.operator(
        'DELETE',
        `/accounts/${emailOf(accountId)}/api-keys/${apiKey}`,
      );
      assert.equal(status, 200, text);
    }
    await assert.rejects(exchange.restart([]), /was opened with the lab.*use another database/);
    await exchange.restart(['--demo', '1']);
  } finally {
    await exchange.close();
  }
});

test('a database that was made for production is not opened with the lab, and stays one', async () => {
  const exchange = await startExchange();
  try {
    const { status, text } = await exchange.operator('POST', '/accounts', { email: 'real@example.com' });
    assert.equal(status, 201, text);
    for (const flags of [
      ['--demo', '1'],
      ['--demo', '1', '--lab', '1'],
    ])
      await assert.rejects(exchange.restart(flags), (error: Error) => {
        assert.equal(error.name, 'ConfigError');
        assert.match(error.message, /without the demo world.*BURSAR_DEMO=0.*BURSAR_LAB=0/);
        return true;
      });
    await exchange.restart([]);
    assert.equal((await exchange.operator('GET', '/accounts/real@example.com/balances')).status, 200);
  } finally {
    await exchange.close();
  }
});
