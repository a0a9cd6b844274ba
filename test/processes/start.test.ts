/** Processes that start over one database: what is to be done once is done once, and who does not belong is refused. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { demoMaster, demoSubAccounts } from '../../src/demo/demo-accounts.ts';
import { ConfigError } from '../../src/engine/config-error.ts';
import type { Reads } from '../../src/store/reads.ts';
import { describeWorld } from '../demo/world-description.ts';
import { assertBooksBalance } from '../support/books.ts';
import { joinTestCluster } from '../support/database.ts';
import { buildHouse, houseKey } from '../support/house.ts';
import { skipWithoutPostgres } from '../support/postgres.ts';
import { startOver, startTogether, withPair } from './pair.ts';

const options = { skip: skipWithoutPostgres };

/** With e-mails for the numbers of accounts, which each process takes from a block of its own. */
async function describeWithoutNumbers(reads: Reads): Promise<Record<string, readonly string[]>> {
  const accounts = await reads.rows('accounts', {});
  const emailOf = new Map(accounts.map(({ id, email }) => [`${id}`, email]));
  const named = (line: string) => line.replace(/\d{8}/g, (number) => emailOf.get(number) ?? number);
  const world = Object.entries(await describeWorld(reads));
  return Object.fromEntries(world.map(([table, lines]) => [table, lines.map(named).sort()]));
}

test(
  'of processes that start at once over an empty database one makes the demo world, and all serve it',
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
        await assertBooksBalance(exchange.server);
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
  'a process that was given another master key is refused in one line, and the others go on',
  options,
  () =>
    withPair(async ({ a, url }) => {
      await buildHouse(a.server);
      const stranger = startOver(url, ['--master-key', '5a'.repeat(32)]).then((started) => started.close());
      await assert.rejects(stranger, (error) => {
        assert.ok(error instanceof ConfigError);
        assert.match(error.message, /^the master key is not the one that .*BURSAR_MASTER_KEY.*$/);
        return true;
      });
      const { status } = await a.signed(houseKey('alice'), 'GET', '/wapi/v3/accountStatus.html');
      assert.equal(status, 200);
    }),
);
