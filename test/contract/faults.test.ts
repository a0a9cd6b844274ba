/** Replies when the store fails: they say whether the work was done, but not why it failed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { customerOperations } from '../../src/contract/customer-operations.ts';
import { errorsOf, isSigned, type Operation } from '../../src/contract/operation.ts';
import { restrictSubAccountKey } from '../../src/contract/sapi/sub-account/key-restrict.ts';
import { storeUnderTest } from '../support/database.ts';
import { goodQueryOf } from './calls.ts';
import { assertRejected, ContractWorld } from './contract-world.ts';

const signed = customerOperations.filter(({ security }) => isSigned(security));
const unsigned = customerOperations.filter((each) => !signed.includes(each));
/** Locks the tables that writing operations write; reading stays possible. */
const lockPostgres =
  'BEGIN; LOCK TABLE withdrawals, transfers, deposit_addresses, account_switches, accounts, api_keys IN EXCLUSIVE MODE';

async function withWorld(work: (world: ContractWorld) => Promise<void>) {
  const world = await ContractWorld.start(['--log-level', 'silent']);
  try {
    await work(world);
  } finally {
    await world.close();
  }
}

/** Restricts the key, so that removing one of its addresses writes something. */
async function restrictKey(world: ContractWorld): Promise<void> {
  const query = goodQueryOf(restrictSubAccountKey);
  const { status, text } = await world.call({ operation: restrictSubAccountKey, query });
  assert.equal(status, 200, text);
}

/** A query with which the operation writes something after `restrictKey`. */
function writingQueryOf(operation: Operation): string {
  const query = goodQueryOf(operation);
  return operation.id === restrictSubAccountKey.id ? `${query},10.0.0.2` : query;
}

test('a failed read of the store is answered 500 with an incident id and no details about the store', () =>
  withWorld(async (world) => {
    await world.sql.run('ALTER TABLE api_keys RENAME TO lost');
    for (const operation of signed) {
      const reply = await world.call({ operation, query: goodQueryOf(operation) });
      assert.equal(reply.status, 500, operation.id);
      assert.equal(reply.body.code, -1000);
      const text = /^An unknown error occured while processing the request\. Incident [0-9a-f-]{36}\.$/;
      assert.match(String(reply.body.msg), text);
    }
    for (const operation of unsigned)
      assert.equal((await world.call({ operation })).status, 200, operation.id);
  }));

test('a failed write to the store is answered 503, to be retried, and nothing is written', () =>
  withWorld(async (world) => {
    const writing = customerOperations.filter((each) => errorsOf(each).includes('outcome-unknown'));
    assert.ok(writing.some(({ id }) => id === 'withdraw'));
    await restrictKey(world);
    const stored = await world.digest();
    // The engine waits for the lock: five seconds on SQLite, two on PostgreSQL.
    await world.sql.run(storeUnderTest === 'sqlite' ? 'BEGIN IMMEDIATE' : lockPostgres);
    const replies = await Promise.all(
      writing.map((operation) =>
        world.call({
          operation,
          query: writingQueryOf(operation),
          timing: `recvWindow=60000&timestamp=${Date.now()}`,
        }),
      ),
    );
    await world.sql.run('ROLLBACK');
    for (const [index, reply] of replies.entries())
      assertRejected(reply, 'not-done', {}, writing[index]?.dialect);
    assert.equal(await world.digest(), stored);
    for (const operation of writing) {
      const again = await world.call({ operation, query: goodQueryOf(operation) });
      assert.equal(again.status, 200, again.text);
    }
  }));
