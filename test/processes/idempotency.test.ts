/** A request with an Idempotency-Key is executed once, whichever process receives it and even if its reply is lost. */
import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { ask, assertRejected, done } from '../operator/operator-client.ts';
import { joinTestCluster } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import type { Exchange, Reply } from '../support/exchange.ts';
import { assertLedgerBalances } from '../support/ledger-checks.ts';
import { skipWithoutPostgres } from '../support/postgres.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';
import { startOver, withPair } from './pair.ts';

const options = { skip: skipWithoutPostgres };
const networks = [{ network: 'NET', addressFormat: 'opaque' }];
const email = 'customer@x.com';
const isReplayed = ({ headers }: Reply) => headers.get('idempotent-replayed') === 'true';

async function openCustomer(at: Exchange): Promise<void> {
  await done(at, 'PUT', '/assets/COIN', { networks });
  await done(at, 'POST', '/accounts', { email });
}

const credit = (at: Exchange, amount: string, key: string) =>
  ask(
    at,
    'POST',
    `/operator/v1/accounts/${email}/credit`,
    { asset: 'COIN', amount, reason: 'a test' },
    { 'idempotency-key': key },
  );

test('concurrent duplicates at two processes are executed once, and all get the same reply', options, () =>
  withPair(async ({ a, b, both }) => {
    await openCustomer(a);
    await done(b, 'PATCH', '/assets/COIN', { name: 'Coin' });
    for (let round = 0; round < 5; round += 1) {
      const replies = await Promise.all(
        Array.from({ length: 24 }, (_, index) => credit(both[index % 2]!, '1', `round ${round}`)),
      );
      for (const { status, text } of replies) assert.equal(status, 200, text);
      assert.equal(new Set(replies.map(({ text }) => text)).size, 1);
      assert.equal(replies.filter((reply) => !isReplayed(reply)).length, 1);
    }
    assert.equal((await a.server.reads.rows('transfers', {})).length, 5);
    await assertLedgerBalances(a.server);
  }),
);

test('different concurrent requests under one key at two processes: one is executed', options, () =>
  withPair(async ({ a, b, both }) => {
    await openCustomer(a);
    // The other process learns of the asset a moment later.
    await eventually(
      () => b.operator('GET', '/assets/COIN'),
      ({ status }) => status === 200,
    );
    await done(b, 'PATCH', '/assets/COIN', { name: 'Coin' });
    const amounts = ['1', '2', '3', '4'];
    const replies = await Promise.all(
      Array.from({ length: 24 }, (_, index) => credit(both[index % 2]!, amounts[index % 4]!, 'contested')),
    );
    const served = replies.filter(({ status }) => status === 200);
    assert.equal(served.length, 6);
    assert.equal(new Set(served.map(({ text }) => text)).size, 1);
    for (const reply of replies) if (reply.status !== 200) assertRejected(reply, 409, -9409);
    assert.equal((await a.server.reads.rows('transfers', {})).length, 1);
  }),
);

for (const lost of ['drop', 'drop after'] as const) {
  const what = lost === 'drop' ? 'never arrived' : 'was never answered';
  test(
    `after a 504 for a COMMIT that ${what}, the same request under its key reveals the outcome`,
    options,
    async () => {
      const cluster = await joinTestCluster();
      const url = await cluster.createMigratedDatabase();
      const proxy = new TcpProxy(cluster.port);
      const exchange = await startOver(url.replace(`${cluster.port}`, `${await proxy.start()}`));
      try {
        await openCustomer(exchange);
        for (let count = 1; count <= 8; count += 1) await credit(exchange, '1', `earlier ${count}`);
        let carrier: Socket | undefined;
        let hits = 0;
        // The statements and COMMIT are sent together, unless a statement is new to the connection.
        proxy.onRequest = (bytes, client) => {
          if (bytes.includes('the-lost-one')) carrier = client;
          if (hits > 0 || client !== carrier || !bytes.includes('COMMIT')) return 'pass';
          hits += 1;
          return lost;
        };
        const before = (await exchange.server.reads.rows('transfers', {})).length;
        assertRejected(await credit(exchange, '5', 'the-lost-one'), 504, -1007);
        assert.equal(hits, 1);
        const again = await credit(exchange, '5', 'the-lost-one');
        assert.deepEqual([again.status, isReplayed(again)], [200, lost === 'drop after'], again.text);
        assert.equal(again.body.free, '13');
        assert.equal((await exchange.server.reads.rows('transfers', {})).length, before + 1);
      } finally {
        await exchange.close();
        proxy.stop();
        await cluster.dropDatabase(url);
      }
    },
  );
}
