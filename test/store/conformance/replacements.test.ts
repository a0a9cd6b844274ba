/** Statements by hand change neither claims, nor their transactions, imported addresses, or notes, also by replacing. */
import assert from 'node:assert/strict';
import { addAccountNote } from '../../../src/command/account/account-note-add.ts';
import { takeClaim } from '../../../src/command/claim/claim-take.ts';
import { reportTransaction } from '../../../src/command/claim/transaction-report.ts';
import { importAddresses } from '../../../src/command/deposit/address-pool-import.ts';
import { issueDepositAddress } from '../../../src/command/deposit/deposit-address-issue.ts';
import type { Store } from '../../../src/store/port.ts';
import { leaseMs, openManual, queue, signer } from '../../support/manual-world.ts';
import type { StoreWorld } from '../../support/store-world.ts';
import { attempt, openSession } from './by-hand.ts';
import { conformance, shared } from './stores.ts';

/** Two held claims, two with a transaction each, a used address, a free one, and a note. */
async function openWorld(store: Store): Promise<StoreWorld> {
  const world = await openManual(store);
  const operator = signer;
  for (const txId of [undefined, undefined, 't1', 't2']) {
    const id = await queue(world);
    await world.run(takeClaim, { operator, id, leaseMs });
    const report = { operator, id, generation: 1, signedTransaction: '' };
    if (txId !== undefined) await world.run(reportTransaction, { ...report, txId });
  }
  const addresses = ['used', 'free'].map((address) => ({ address, addressTag: '' }));
  await world.run(importAddresses, { operator, network: 'HAND', addresses });
  const place = {
    accountId: world.alice,
    asset: 'HAND',
    network: 'HAND',
    proposed: { address: 'used', addressTag: '' },
  };
  await world.run(issueDepositAddress, place);
  for (const text of ['one', 'two'])
    await world.run(addAccountNote, { operator, email: 'alice@example.com', text });
  return world;
}

const columns = {
  withdrawal_claims:
    'id, withdrawal_id, generation, previous, network, owner, state, claimed_at, expires_at, ended_at, decided_by',
  withdrawal_attempts:
    'withdrawal_id, attempt, network, tx_id, signed_transaction, state, created_at, claim, confirmations',
  address_pool:
    'seq, address_group, address_key, address_tag, address, imported_at, account_id, used_at, unique_key',
  account_notes: 'seq, id, account_id, author, text, at',
};

/** Replaces a row by itself with other values. */
function replacing(table: keyof typeof columns, changes: Record<string, string>, where: string): string {
  const names = columns[table].split(', ');
  const values = names.map((name) => changes[name] ?? name);
  return `INSERT OR REPLACE INTO ${table} (${columns[table]}) SELECT ${values.join()} FROM ${table} WHERE ${where} LIMIT 1`;
}

const refused: Readonly<Record<string, string>> = {
  'delete a reported transaction': 'DELETE FROM withdrawal_attempts',
  'give a transaction another id': "UPDATE withdrawal_attempts SET tx_id = 'evil' WHERE tx_id = 't1'",
  'give a transaction other bytes': "UPDATE withdrawal_attempts SET signed_transaction = 'evil'",
  'number a transaction again': 'UPDATE withdrawal_attempts SET attempt = 2',
  'give a claim another owner': "UPDATE withdrawal_claims SET owner = 'evil'",
  'free a used address':
    'UPDATE address_pool SET account_id = NULL, used_at = NULL WHERE account_id IS NOT NULL',
  'delete an imported address': 'DELETE FROM address_pool',
  'import an address for another network, too': `INSERT INTO address_pool (address_group, address_key, address_tag,
    address, imported_at, unique_key) SELECT 'EVIL', address_key, address_tag, address, 1, address_key FROM address_pool`,
  'no longer keep an address from other networks': 'UPDATE address_pool SET unique_key = NULL',
  'edit a note': "UPDATE account_notes SET text = 'evil'",
  'delete a note': 'DELETE FROM account_notes',
};

const replaced: Readonly<Record<string, string>> = {
  'replace the owner of a claim': replacing('withdrawal_claims', { owner: "'evil'" }, "state = 'held'"),
  'replace a claim by a released one': replacing(
    'withdrawal_claims',
    { state: "'released'", ended_at: '1' },
    "state = 'held'",
  ),
  'replace a used address by a free one': replacing(
    'address_pool',
    { account_id: 'NULL', used_at: 'NULL' },
    'account_id IS NOT NULL',
  ),
  'replace an address under its number': replacing(
    'address_pool',
    {
      address_key: "'evil'",
      address: "'evil'",
      unique_key: "'evil'",
      account_id: 'NULL',
      used_at: 'NULL',
    },
    'account_id IS NOT NULL',
  ),
  'replace an address by one of another network': replacing(
    'address_pool',
    { seq: '77', address_group: "'EVIL'", account_id: 'NULL', used_at: 'NULL' },
    'account_id IS NOT NULL',
  ),
  'replace an address by number': 'UPDATE OR REPLACE address_pool SET seq = 1 WHERE account_id IS NULL',
  'replace a transaction': replacing('withdrawal_attempts', { tx_id: "'evil'" }, "tx_id = 't1'"),
  'replace the withdrawal of a transaction': replacing(
    'withdrawal_attempts',
    { attempt: '7' },
    "tx_id = 't1'",
  ),
  'replace a transaction by its id':
    "UPDATE OR REPLACE withdrawal_attempts SET tx_id = 't2' WHERE tx_id = 't1'",
  'replace a note': replacing('account_notes', { text: "'evil'" }, "text = 'one'"),
  'replace a note under its number': replacing('account_notes', { id: "'evil'" }, "text = 'one'"),
};

for (const hasForeignKeys of [true, false]) {
  const where = hasForeignKeys ? '' : ', also on a connection without foreign keys';
  conformance(
    `statements by hand replace and delete nothing that must stay${where}`,
    async (site, store) => {
      const world = await openWorld(store);
      const before = await world.dump();
      const session = openSession(site, hasForeignKeys);
      try {
        const onSqlite = site.kind === 'PostgreSQL' ? {} : replaced;
        for (const [what, sql] of Object.entries({ ...refused, ...onSqlite })) {
          assert.match(
            await attempt(session, sql, 'COMMIT'),
            /never|given to one account|duplicate key/i,
            what,
          );
          assert.deepEqual(await world.dump(), before, what);
        }
      } finally {
        await session.close();
      }
    },
    hasForeignKeys ? shared : ['SQLite on disk'],
  );
}
