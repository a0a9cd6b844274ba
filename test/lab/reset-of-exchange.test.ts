/** The exchange of the process, set back to the demo world: on PostgreSQL only. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { after, before, describe, test } from 'node:test';
import { joinTestCluster, openSql, storeUnderTest } from '../support/database.ts';
import { StreamClient } from '../support/stream-client.ts';
import { demoKey, WorldsClient } from './worlds-client.ts';

if (storeUnderTest === 'postgres')
  describe('a reset of the exchange', () => {
    let client: WorldsClient;

    before(async () => {
      client = await WorldsClient.start(['--block-ms', '1000']);
    });
    after(() => client.exchange.close());

    const resetReply = () => client.exchange.operator('POST', '/lab/worlds/main/reset', {});

    test('it has the books, chains and clock of the demo world again, and its keys and operators', async () => {
      const { exchange } = client;
      const first = await client.free(demoKey);
      const { body: made } = await exchange.operator('POST', '/accounts/bob@example.com/api-keys', {});
      assert.equal(
        (await exchange.operator('POST', '/operators', { name: 'olga', roles: ['viewer'] })).status,
        201,
      );
      await exchange.operator('POST', '/accounts', { email: 'late@example.com' });
      const id = await client.withdraw(demoKey, '2');
      await exchange.operator('POST', '/lab/clock/freeze', {});
      await exchange.operator('POST', '/lab/clock/advance', { by: '400d' });
      await exchange.operator('POST', '/lab/faults', { on: { operation: 'withdraw' }, do: 'success-false' });
      const world = await client.create({ name: 'beside' });
      const reset = await client.reset('main');
      assert.deepEqual(
        [reset.name, reset.from, reset.storage, reset.seed],
        ['main', 'demo', 'postgres', null],
      );
      assert.equal(await client.free(demoKey), first);
      assert.equal((await exchange.operator('GET', `/withdrawals/${id}`)).status, 404);
      assert.equal((await exchange.operator('GET', '/accounts/late@example.com')).status, 404);
      assert.equal((await exchange.signed(made, 'GET', '/sapi/v1/account/status')).status, 200);
      const { body: operators } = await exchange.operator('GET', '/operators');
      assert.ok(operators.operators.some(({ name }: { name: string }) => name === 'olga'));
      const { body: clock } = await exchange.operator('GET', '/lab/clock');
      assert.equal(clock.frozen, false);
      assert.ok(Math.abs(clock.now - Date.now()) < 60_000);
      assert.deepEqual((await exchange.operator('GET', '/lab/faults')).body.faults, []);
      assert.equal((await exchange.operator('GET', '/integrity')).body.ok, true);
      assert.equal(await client.refusedWithdrawal(demoKey), false);
      // The worlds beside it are as they were.
      assert.equal(typeof (await client.free(world.apiKeys[0])), 'string');
    });

    test('requests meanwhile wait and are answered, and balance streams end so that clients subscribe again', async () => {
      const { exchange } = client;
      const stream = await StreamClient.open(exchange);
      const { status } = await stream.signed(demoKey, 'userDataStream.subscribe.signature');
      assert.equal(status, 200);
      const closed = once(stream.socket, 'close');
      let isOver = false;
      const statuses: number[] = [];
      const load = (async () => {
        while (!isOver)
          statuses.push((await exchange.signed(demoKey, 'GET', '/sapi/v1/account/status')).status);
      })();
      await client.reset('main');
      const [code] = await closed;
      assert.equal(code, 1012);
      isOver = true;
      await load;
      // A request that was in progress when the exchange closed is answered that nothing was done.
      const refused = statuses.filter((each) => each !== 200);
      assert.ok(refused.length <= 1 && refused.every((each) => each === 503), `${statuses}`);
      assert.equal((await exchange.signed(demoKey, 'GET', '/sapi/v1/account/status')).status, 200);
    });

    test('an open console receives the event that everything has changed', async () => {
      const { operatorUrl, server } = client.exchange;
      const response = await fetch(`${operatorUrl}/operator/v1/events`, {
        headers: { authorization: `Bearer ${server.operatorToken}` },
      });
      const events = response.body?.pipeThrough(new TextDecoderStream()).getReader();
      await events?.read();
      await client.reset('main');
      let text = '';
      while (!text.includes('"withdrawals"'))
        text += (await events?.read())?.value ?? assert.fail('it ended');
      assert.match(text, /"rules"/);
      await events?.cancel();
    });

    test('while somebody else is connected to the database, nothing is changed', async () => {
      const id = await client.withdraw(demoKey, '2');
      await using sql = openSql(client.exchange.location);
      await sql.rows("SELECT set_config('application_name', 'psql', false)");
      const { status, body } = await resetReply();
      assert.equal(status, 409);
      assert.match(
        body.msg,
        /^The exchange cannot be reset: other programs are connected to the database .*psql, process/,
      );
      assert.equal((await client.exchange.operator('GET', `/withdrawals/${id}`)).status, 200);
    });

    test('databases of the lab end with the process, and the next start drops those of a killed one', async () => {
      const cluster = await joinTestCluster();
      await using sql = openSql({ postgres: cluster.url });
      const { location } = client.exchange;
      const name = 'postgres' in location ? new URL(location.postgres).pathname.slice(1) : '';
      const prefix = `bursar_lab_${createHash('sha256').update(name).digest('hex').slice(0, 12)}_`;
      const ofLab = async () => {
        const rows = await sql.rows(
          `SELECT datname FROM pg_database WHERE starts_with(datname, '${prefix}')`,
        );
        return rows.map(({ datname }) => String(datname));
      };
      await client.reset('main');
      const [template = ''] = await ofLab();
      const left = template.replace(/[0-9a-f]{8}_[0-9a-f]{8}$/, 'ffffffff_00000000');
      await client.exchange.restart();
      assert.deepEqual(await ofLab(), []);
      await sql.run(`CREATE DATABASE ${left}`);
      await client.exchange.restart();
      await client.reset('main');
      assert.ok(!(await ofLab()).includes(left));
    });

    test('without the right to create databases, the error names that right', async () => {
      const cluster = await joinTestCluster();
      await using sql = openSql({ postgres: cluster.url });
      await sql.run('CREATE ROLE plain LOGIN');
      await sql.run('CREATE DATABASE of_plain OWNER plain');
      const url = Object.assign(new URL(cluster.url), { username: 'plain', pathname: 'of_plain' }).href;
      const plain = await WorldsClient.start(['--database-url', url]);
      const reset = async () =>
        (await plain.exchange.operator('POST', '/lab/worlds/main/reset', {})).body.msg;
      try {
        assert.match(
          await reset(),
          /the role plain may not create databases in PostgreSQL; allow it: ALTER ROLE "plain" CREATEDB\.$/,
        );
        await sql.run(
          'ALTER ROLE plain CREATEDB; ALTER DATABASE of_plain OWNER TO bursar; GRANT ALL ON DATABASE of_plain TO plain',
        );
        assert.match(
          await reset(),
          /the role plain does not own the database of_plain; make it the owner: ALTER DATABASE "of_plain" OWNER TO "plain"\.$/,
        );
        await sql.run('ALTER DATABASE of_plain OWNER TO plain');
        assert.equal((await plain.reset('main')).name, 'main');
      } finally {
        await plain.exchange.close();
        await sql.run('DROP DATABASE of_plain');
        await sql.run('DROP ROLE plain');
      }
    });
  });
else
  test('on SQLite the exchange is not reset', async () => {
    const { exchange } = await WorldsClient.start();
    try {
      const { status, body } = await exchange.operator('POST', '/lab/worlds/main/reset', {});
      assert.deepEqual(
        [status, body.msg],
        [
          409,
          'The exchange itself is reset only on PostgreSQL, and this one is on SQLite; fork it, and reset the fork.',
        ],
      );
    } finally {
      await exchange.close();
    }
  });
