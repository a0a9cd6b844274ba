/** Processes starting on one database: one-time work is done once, and a process with a wrong key is refused. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { demoMaster, demoSubAccounts } from '../../src/demo/demo-accounts.ts';
import { ConfigError } from '../../src/engine/config-error.ts';
import type { Reads } from '../../src/store/reads.ts';
import { describeWorld } from '../demo/world-description.ts';
import { joinTestCluster } from '../support/database.ts';
import { assertLedgerBalances } from '../support/ledger-checks.ts';
import { skipWithoutPostgres } from '../support/postgres.ts';
import { buildStandardWorld } from '../support/standard-world.ts';
import { keyOf } from '../support/world.ts';
import { startOver, startTogether, withPair } from './pair.ts';

const options = { skip: skipWithoutPostgres };

/** Uses e-mails for account numbers, because each process takes numbers from its own block. */
async function describeWithoutNumbers(reads: Reads): Promise<Record<string, readonly string[]>> {
  const accounts = await reads.rows('accounts', {});
  const emailOf = new Map(accounts.map(({ id, email }) => [`${id}`, email]));
  const named = (line: string) => line.replace(/\d{8}/g, (number) => emailOf.get(number) ?? number);
  const world = Object.entries(await describeWorld(reads));
  return Object.fromEntries(world.map(([table, lines]) => [table, lines.map(named).sort()]));
}

test(
  'concurrent starts on an empty database: one process creates the demo world, all serve it',
  options,
  async () => {
    const cluster = await joinTestCluster();
    const [shared, own] = [await cluster.createDatabase(), await cluster.createDatabase()];
    const started = await startTogether([own, shared, shared, shared], ['--demo', '1']);
    try {
      const [expected, ...found] = await Promise.all(
        started.map(({ server }) => describeWithoutNumbers(server.reads)),
      );
      for (const world of found) assert.deepEqual(world, expected);
      for (const exchange of started) {
        await assertLedgerBalances(exchange.server);
        for (const account of [demoMaster, ...demoSubAccounts]) {
          const { status, text } = await exchange.signed(account, 'GET', '/wapi/v3/accountStatus.html');
          assert.equal(status, 200, text);
        }
      }
    } finally {
      await Promise.all(started.map((each) => each.close()));
    }
  },
);

test(
  'a process with another master key is refused with a one-line error, and the others keep running',
  options,
  () =>
    withPair(async ({ a, url }) => {
      await buildStandardWorld(a.server);
      const stranger = startOver(url, ['--master-key', '5a'.repeat(32)]).then((started) => started.close());
      await assert.rejects(stranger, (error) => {
        assert.ok(error instanceof ConfigError);
        assert.match(error.message, /^the master key is not the one that .*BURSAR_MASTER_KEY.*$/);
        return true;
      });
      const { status } = await a.signed(keyOf('alice'), 'GET', '/wapi/v3/accountStatus.html');
      assert.equal(status, 200);
    }),
);

test('a process refuses a database of another schema, with a one-line error', options, () =>
  withPair(async ({ a, sql, url }) => {
    for (const [change, undo, says] of [
      [
        "UPDATE migrations SET checksum = checksum || 'x'",
        "UPDATE migrations SET checksum = rtrim(checksum, 'x')",
        /^the database was created with another 0001-spine\.sql than that of this version: [^\n]*$/,
      ],
      [
        "INSERT INTO migrations VALUES (999, '0999-later.sql', 'ab')",
        'DELETE FROM migrations WHERE number = 999',
        /^the database was written by a newer version of Bursar \(schema 999; this version knows \d+\)[^\n]*$/,
      ],
    ] as const) {
      await sql.run(change);
      const other = startOver(url).then((started) => started.close());
      await assert.rejects(other, (error) => {
        assert.ok(error instanceof ConfigError);
        assert.match(error.message, says);
        return true;
      });
      await sql.run(undo);
    }
    await startOver(url).then((started) => started.close());
    assert.equal((await a.request('GET', '/wapi/v3/systemStatus.html')).status, 200);
  }),
);
