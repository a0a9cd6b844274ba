/** A reply "not done" to an operator is reliable, even if the chain or the store acted first. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Exchange, startExchange } from '../support/exchange.ts';
import { type PostgresCluster, skipWithoutPostgres, startPostgres } from '../support/postgres.ts';
import { type FaultPoint, PostgresProxy } from '../support/postgres-proxy.ts';
import { buildStandardWorld } from '../support/standard-world.ts';
import { keyOf } from '../support/world.ts';

const options = { skip: skipWithoutPostgres };
let cluster: PostgresCluster | undefined;
let proxy: PostgresProxy;
let exchange: Exchange;
let address: { address: string };

before(async () => {
  if (skipWithoutPostgres !== false) return;
  cluster = await startPostgres();
  const url = await cluster.createDatabase();
  proxy = new PostgresProxy(cluster.port);
  const proxied = url.replace(`${cluster.port}`, `${await proxy.start()}`);
  exchange = await startExchange(['--database-url', proxied, '--log-level', 'silent']);
  await buildStandardWorld(exchange.server);
  const path = '/wapi/v3/depositAddress.html';
  address = (await exchange.signed(keyOf('alice'), 'GET', path, { asset: 'ETH' })).body;
});
after(async () => {
  await exchange?.close();
  proxy?.stop();
  await cluster?.stop();
});

const points: Readonly<Record<string, FaultPoint>> = {
  'the reply of the chain is lost': {
    lost: 'after',
    at: ({ sql }) => sql.startsWith('INSERT INTO simulated_chain.transactions') && sql.includes("'in'"),
  },
  'the store fails before the deposit is recorded': {
    lost: 'before',
    at: ({ sql, transaction }) => transaction.length > 0 && sql.includes('JOIN deposits '),
  },
};

for (const [index, [name, point]] of Object.entries(points).entries()) {
  test(
    `a deposit is answered 504 when ${name}, and a retry returns the existing deposit`,
    options,
    async () => {
      const deposit = { asset: 'ETH', address: address.address, amount: '0.5', txId: `known${index}` };
      let hit = false;
      proxy.arm(point, () => {
        hit = true;
      });
      const first = await exchange.operator('POST', '/deposits', deposit);
      assert.ok(hit, 'no statement reached the fault point');
      assert.equal(first.status, 504, first.text);
      const second = await exchange.operator('POST', '/deposits', deposit);
      assert.equal(second.status, 201, second.text);
      const { body } = await exchange.operator('GET', '/deposits');
      const found = body.deposits.filter((each: { txId: string }) => each.txId === second.body.txId);
      assert.deepEqual(
        found.map(({ id }: { id: string }) => id),
        [second.body.id],
      );
    },
  );
}
