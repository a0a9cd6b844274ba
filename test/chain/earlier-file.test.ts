/** Files of earlier versions, in which pending transactions had no height. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { copySimulatedChain } from '../../src/chain/simulated/chain-copy.ts';
import { prepareTransaction } from '../../src/chain/simulated/simulated-transaction.ts';
import { SqliteSimulatedChain } from '../../src/chain/simulated/sqlite-simulated-chain.ts';
import { databaseAt } from '../support/database-at.ts';
import { skipWithoutPostgres } from '../support/postgres.ts';
import { network, openSite, paymentOf, statesOf } from './chains.ts';

const schema = `
  CREATE TABLE heights (network TEXT PRIMARY KEY, height INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE transactions (
    network TEXT NOT NULL, tx_id TEXT NOT NULL, output TEXT NOT NULL, direction TEXT NOT NULL, content TEXT NOT NULL,
    height INTEGER, failure TEXT,
    PRIMARY KEY (network, tx_id, output)
  ) STRICT;
  CREATE INDEX transactions_by_block ON transactions (network, height, direction) WHERE failure IS NULL;
`;

/** The third block is the last. */
const stored = [
  { withdrawalId: 'mined', height: 2, failure: null },
  { withdrawalId: 'pending', height: null, failure: null },
  { withdrawalId: 'dropped', height: null, failure: 'dropped' },
];

function makeFile(path: string): readonly string[] {
  const file = new DatabaseSync(path);
  file.exec(schema);
  file.prepare('INSERT INTO heights VALUES (?, 3)').run(network);
  const insert = file.prepare("INSERT INTO transactions VALUES (?, ?, '', 'out', ?, ?, ?)");
  const txIds = stored.map(({ withdrawalId, height, failure }) => {
    const { txId, signedTransaction } = prepareTransaction(paymentOf(withdrawalId));
    insert.run(network, txId, signedTransaction, height, failure);
    return txId;
  });
  file.close();
  return txIds;
}

test('a pending transaction of an earlier file is mined with the next block', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'bursar-chain-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'chain.sqlite');
  const txIds = makeFile(path);
  const chain = new SqliteSimulatedChain(path);
  assert.deepEqual(await statesOf(chain, txIds), ['confirmed 2', 'pending', 'failed dropped']);
  assert.deepEqual(await chain.confirmedBetween(network, 0, 9), txIds.slice(0, 1));
  await chain.mine(network, 2);
  assert.deepEqual(await statesOf(chain, txIds), ['confirmed 4', 'confirmed 2', 'failed dropped']);
  assert.deepEqual(await chain.confirmedBetween(network, 3, 5), txIds.slice(1, 2));
  chain.close();
});

test('an earlier file can be copied to PostgreSQL', { skip: skipWithoutPostgres }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'bursar-chain-'));
  const site = await openSite('PostgreSQL');
  t.after(async () => {
    rmSync(folder, { recursive: true });
    await site.close();
  });
  const path = join(folder, 'chain.sqlite');
  const txIds = makeFile(path);
  await copySimulatedChain(path, databaseAt(site.location));
  const chain = await site.open();
  assert.deepEqual(await statesOf(chain, txIds), ['confirmed 2', 'pending', 'failed dropped']);
});
