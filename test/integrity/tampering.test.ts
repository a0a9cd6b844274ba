/** `verify` reports every change made to the database behind the server's back. */

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { systemClock } from '../../src/clock/system-clock.ts';
import { chainStart, sealHash } from '../../src/domain/ledger/transfer-chain.ts';
import { openSnapshot } from '../../src/engine/open-store.ts';
import { reportIntegrity } from '../../src/maintenance/integrity-report.ts';
import { copyDatabase, openSql, storeUnderTest } from '../support/database.ts';
import type { Exchange } from '../support/exchange.ts';
import { startBusyWorld } from './busy-world.ts';

let folder = '';
let exchange: Exchange;
let alice = 0;
let bob = 0;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bursar-tampering-'));
  ({ exchange, alice, bob } = await startBusyWorld());
  await exchange.server.close();
  assert.equal((await reportIntegrity(exchange.location, systemClock.monotonic)).ok, true);
  await sealInTwo();
});
after(async () => {
  await exchange.remove();
  rmSync(folder, { recursive: true });
});

/** Waits for the sealer, so that there are exactly the two seals that the tests name. */
async function sealInTwo(): Promise<void> {
  const snapshot = await openSnapshot(exchange.location, systemClock.monotonic);
  const transfers = await snapshot.reads.transfersAfter(0, 100);
  await snapshot.close();
  const first = sealHash(chainStart, transfers.slice(0, 5));
  const second = sealHash(first, transfers.slice(5));
  await using sql = openSql(exchange.location);
  await sql.run(
    `DELETE FROM transfer_seals; INSERT INTO transfer_seals VALUES (5, '${first}', 1), (9, '${second}', 2)`,
  );
}

const openToEdits = {
  sqlite: 'DROP TRIGGER transfers_are_not_edited; DROP TRIGGER transfers_are_not_deleted;',
  postgres: 'ALTER TABLE transfers DISABLE TRIGGER USER;',
};

/** Changes that an intruder with all rights can make. */
const withoutConstraints = {
  sqlite: 'PRAGMA foreign_keys = OFF; DROP TRIGGER withdrawals_are_approved_by_rows;',
  postgres: 'ALTER TABLE withdrawals DROP CONSTRAINT withdrawals_approval_given_fkey;',
};

async function reportAfter(statements: string) {
  const tampered = await copyDatabase(exchange.location, folder);
  await using sql = openSql(tampered);
  await sql.run(openToEdits[storeUnderTest] + statements);
  return reportIntegrity(tampered, systemClock.monotonic);
}

test('the books of an unmodified closed database pass', async () => {
  const { ok, mismatches, transfers, chain } = await reportAfter('');
  assert.deepEqual([ok, mismatches, transfers, chain.sealed], [true, [], 9, 9]);
});

type Expected = readonly (readonly [check: string, subject: string])[];
const firstSeal: Expected = [['chain', 'transfers 1 to 5']];
const secondSeal: Expected = [['chain', 'transfers 6 to 9']];
const free = (accountId: number) => ['balance', `${accountId}:spot:free COIN`] as const;
const held = (accountId: number) => ['balance', `${accountId}:spot:held COIN`] as const;
const hold = (accountId: number) => ['hold', `${accountId}:spot:held COIN`] as const;
const sum = ['sum', 'COIN'] as const;
const logged = (...transfers: readonly string[]): Expected =>
  transfers.map((subject) => ['event-log', subject]);
const custody = ['custody', 'custody:CHAIN COIN'] as const;

/** Alice owes 5 LENT for a deposit. */
const owing = `
  INSERT INTO transfers SELECT 10, 1, 'deposit-reverse', 'LENT', '5', 'owed:' || id, 'custody:CHAIN', 'd' FROM accounts WHERE email LIKE 'alice@%';
  INSERT INTO balances SELECT id, 'LENT', 'spot', '0', '0', '5' FROM accounts WHERE email LIKE 'alice@%';`;

const tamperings: readonly (readonly [what: string, sql: () => string, expected: () => Expected])[] = [
  [
    "a transfer's amount",
    () =>
      `UPDATE transfers SET amount = amount + 99000000000 WHERE kind = 'adjustment' AND credit = '${bob}:spot:free'`,
    () => [...firstSeal, free(bob), custody, sum],
  ],
  [
    "a transfer's reference, which no balance shows",
    () => "UPDATE transfers SET reference = 'other' WHERE seq = 2",
    () => firstSeal,
  ],
  ["a transfer's time", () => 'UPDATE transfers SET at = at + 1 WHERE seq = 9', () => secondSeal],
  [
    'the credited account of a transfer',
    () => `UPDATE transfers SET credit = '${bob}:spot:free' WHERE credit = '${alice}:spot:free'`,
    () => [...firstSeal, free(alice), free(bob)],
  ],
  [
    'a transfer to an account that does not exist',
    () => "UPDATE transfers SET credit = 'nowhere' WHERE kind = 'withdrawal-fee'",
    () => [...firstSeal, sum],
  ],
  [
    'a deleted transfer',
    () => `DELETE FROM transfers WHERE credit = '${alice}:spot:free'`,
    () => [...firstSeal, ...logged('transfer 1'), free(alice), custody, sum],
  ],
  [
    'a deleted transfer at the end of a seal',
    () => "DELETE FROM transfers WHERE seq = 9 AND kind = 'withdrawal-hold'",
    () => [...secondSeal, ...logged('transfer 9'), free(bob), held(bob)],
  ],
  [
    'two transfers in swapped order',
    () => `UPDATE transfers SET seq = 100 WHERE seq = 7; UPDATE transfers SET seq = 7 WHERE seq = 8;
           UPDATE transfers SET seq = 8 WHERE seq = 100`,
    () => secondSeal,
  ],
  [
    'a transfer added after the last seal without changing the balance',
    () => `INSERT INTO transfers SELECT 10, at, kind, asset, amount, debit, credit, 'made up' FROM transfers
           WHERE credit = '${bob}:spot:free'`,
    () => [...logged('transfer 10'), free(bob), custody, sum],
  ],
  [
    "a customer's free balance",
    () => `UPDATE balances SET free = free + 99000000000 WHERE account_id = ${alice}`,
    () => [free(alice), sum],
  ],
  [
    'a balance moved from held to free',
    () => `UPDATE balances SET free = '1000000000', held = '300000000' WHERE account_id = ${bob}`,
    () => [free(bob), held(bob), hold(bob)],
  ],
  [
    'a sequence set back',
    () =>
      storeUnderTest === 'sqlite'
        ? "DROP TRIGGER sequences_never_go_back; UPDATE sequences SET last = 10000000 WHERE name = 'account_ids'"
        : "SELECT setval('account_ids', 10000000, true)",
    () => [['sequence', 'account_ids']],
  ],
  [
    'a deleted balance',
    () => `DELETE FROM balances WHERE account_id = ${bob}`,
    () => [free(bob), held(bob), hold(bob), sum],
  ],
  [
    'a balance of an asset that the account never had',
    () => `INSERT INTO balances VALUES (${bob}, 'GOLD', 'spot', '5', '0', '0')`,
    () => [
      ['balance', `${bob}:spot:free GOLD`],
      ['sum', 'GOLD'],
    ],
  ],
  [
    'an amount that nobody owes',
    () => `INSERT INTO balances VALUES (${bob}, 'GOLD', 'spot', '0', '0', '5')`,
    () => [
      ['balance', `owed:${bob} GOLD`],
      ['sum', 'GOLD'],
    ],
  ],
  [
    'what a customer owes, forgiven without a transfer',
    () => `${owing} UPDATE balances SET owed = '0' WHERE account_id = ${alice} AND asset = 'LENT'`,
    () => [
      ...logged('transfer 10'),
      ['balance', `owed:${alice} LENT`],
      ['custody', 'custody:CHAIN LENT'],
      ['sum', 'LENT'],
    ],
  ],
  [
    'what a customer owes, with its balance deleted',
    () => `${owing} DELETE FROM balances WHERE asset = 'LENT'`,
    () => [
      ...logged('transfer 10'),
      ['balance', `owed:${alice} LENT`],
      ['custody', 'custody:CHAIN LENT'],
      ['sum', 'LENT'],
    ],
  ],
  [
    'a withdrawal ended without releasing its hold',
    () => "UPDATE withdrawals SET stage = 'rejected' WHERE stage = 'awaiting-approval'",
    () => [hold(alice)],
  ],
  [
    'a final withdrawal set back to an open stage',
    () => "UPDATE withdrawals SET stage = 'broadcast' WHERE stage = 'completed'",
    () => [hold(alice), custody],
  ],
  [
    'a withdrawal that needs an approval sent without one',
    () => `${withoutConstraints[storeUnderTest]}
      UPDATE withdrawals SET stage = 'queued', approval_given = approval_needed WHERE stage = 'awaiting-approval'`,
    () => [['approval', 'withdrawal ID']],
  ],
  [
    'an approval policy in force that is no version',
    () => 'INSERT INTO settings VALUES (\'approvalPolicy\', \'{"version":1,"rules":[],"changes":[]}\')',
    () => [['approval', 'approval policy']],
  ],
  ['a deposit that was set free by hand', () => "UPDATE deposits SET stage = 'completed'", () => [hold(bob)]],
  ['what is available in custody', () => "UPDATE custody SET available = '1'", () => [custody]],
  ['a deleted row of custody', () => 'DELETE FROM custody', () => [custody]],
  [
    'custody of a network that never held anything',
    () => "INSERT INTO custody VALUES ('COIN', 'NOWHERE', '5', 0)",
    () => [['custody', 'custody:NOWHERE COIN']],
  ],
  [
    'the number of withdrawals waiting for liquidity',
    () => 'UPDATE custody SET waiting = 1',
    () => [['waiting', 'custody:CHAIN COIN']],
  ],
  [
    "a seal's hash",
    () => "UPDATE transfer_seals SET hash = replace(hash, substr(hash, 1, 1), 'x') WHERE last_seq = 5",
    () => [...firstSeal, ...secondSeal],
  ],
  [
    'a deleted seal',
    () => 'DELETE FROM transfer_seals WHERE last_seq = 5',
    () => [['chain', 'transfers 1 to 9']],
  ],
  [
    'a seal that claims to cover more transfers than it does',
    () => 'UPDATE transfer_seals SET last_seq = 12 WHERE last_seq = 9',
    () => [['chain', 'transfers 6 to 12']],
  ],
  ['a deleted row of the event log', () => 'DELETE FROM event_log', () => logged(...numbers(1, 9))],
  [
    'a row of the event log with a transfer that does not exist',
    () => "INSERT INTO event_log (at, transfers, events) VALUES (1, '[[10,11]]', '[]')",
    () => logged('transfers 10 to 11'),
  ],
  [
    'two rows of the event log with the same transfer',
    () => "INSERT INTO event_log (at, transfers, events) VALUES (1, '[[3,4]]', '[]')",
    () => logged('transfers 3 to 4'),
  ],
  [
    'a mark of deleted rows that stands for fewer transfers than are missing',
    () =>
      `DELETE FROM event_log;
       INSERT INTO event_log VALUES (1000, 1, '[]', '[{"event":"pruned","lastTransfer":7}]')`,
    () => logged(...numbers(8, 9)),
  ],
];

/** A closed day with all transfers. */
const closedDay = `
  INSERT INTO closed_days SELECT max(at) / 86400000, 9, '1' FROM transfers;
  INSERT INTO closing_balances SELECT account_id, asset, wallet, day, free, held FROM balances, closed_days;`;
const closing = (accountId: number, wallet = 'spot') =>
  ['closing', `${accountId}:${wallet} COIN at the end of DATE`] as const;

test('a closed day is no mismatch', async () => {
  const { ok, mismatches } = await reportAfter(closedDay);
  assert.deepEqual([ok, mismatches], [true, []]);
});

const closingTamperings: typeof tamperings = [
  [
    "a closing's free amount",
    () => `${closedDay} UPDATE closing_balances SET free = '5' WHERE account_id = ${bob}`,
    () => [closing(bob)],
  ],
  [
    "a closing's held amount",
    () => `${closedDay} UPDATE closing_balances SET held = '0' WHERE account_id = ${alice}`,
    () => [closing(alice)],
  ],
  [
    'a deleted closing',
    () => `${closedDay} DELETE FROM closing_balances WHERE account_id = ${alice}`,
    () => [closing(alice)],
  ],
  [
    'a closing that nothing explains',
    () =>
      `${closedDay} INSERT INTO closing_balances SELECT ${bob}, 'COIN', 'funding', day, '5', '0' FROM closed_days`,
    () => [closing(bob, 'funding')],
  ],
  [
    'an earlier last transfer of a day',
    () => `${closedDay} UPDATE closed_days SET last_seq = 8`,
    () => [closing(bob)],
  ],
  [
    'a later last transfer of a day',
    () => `${closedDay} UPDATE closed_days SET last_seq = 10`,
    () => [['closing', 'DATE']],
  ],
  [
    'a day that was closed before its transfers',
    () =>
      `${closedDay} INSERT INTO closed_days SELECT day - 1, 9, '1' FROM closed_days;
       DELETE FROM closing_balances; DELETE FROM closed_days WHERE day = (SELECT max(day) FROM closed_days);
       INSERT INTO closing_balances SELECT account_id, asset, wallet, day, free, held FROM balances, closed_days`,
    () => [['closing', 'DATE']],
  ],
  [
    'a missing day',
    () => `${closedDay} INSERT INTO closed_days SELECT day + 2, 9, '1' FROM closed_days`,
    () => [['closing', 'DATE']],
  ],
];

function numbers(first: number, last: number): readonly string[] {
  return Array.from({ length: last - first + 1 }, (_, index) => `transfer ${first + index}`);
}

const shown = (subject: string) => subject.replace(/\d{4}-\d\d-\d\d$/, 'DATE').replace(/[0-9a-f]{32}$/, 'ID');

for (const [what, sql, expected] of [...tamperings, ...closingTamperings]) {
  test(`verify names what was tampered with: ${what}`, async () => {
    const { ok, mismatches, chain } = await reportAfter(sql());
    assert.equal(ok, false);
    assert.deepEqual(
      mismatches.map(({ check, subject }) => [check, shown(subject)]),
      expected(),
    );
    assert.equal(chain.verified, !mismatches.some(({ check }) => check === 'chain'));
    for (const each of mismatches) assert.notEqual(each.expected, each.found);
  });
}
