/**
 * An idle database with a million transfers: one account with a thousand withdrawals, one with the rest. It is written
 * directly into the tables, including balances, so that it passes verification.
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { commitLogger } from './commit-logger.ts';

export type History = { readonly email: string; readonly rows: number };

const amount = 50_000_000n;
const fee = 1_000_000n;
const startMs = Date.UTC(2026, 0, 1);

/**
 * Appends completed withdrawals of three transfers each to the accounts, and updates custody and fees. Their transactions
 * are in the first block of the simulated chain, which the server looks for when it starts.
 */
export function writeHistories(dataFolder: string, histories: readonly History[]): void {
  const database = openUnsafe(join(dataFolder, 'bursar.sqlite'));
  const chain = openUnsafe(join(dataFolder, 'chain.sqlite'));
  for (const history of histories) {
    for (const each of [database, chain]) each.exec('BEGIN');
    writeHistory(database, chain, history);
    for (const each of [database, chain]) each.exec('COMMIT');
  }
  for (const each of [database, chain]) {
    each.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    each.close();
  }
}

/** A crash of the machine would leave the file broken. */
function openUnsafe(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  database.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -200000;');
  return database;
}

function writeHistory(database: DatabaseSync, chain: DatabaseSync, { email, rows }: History): void {
  const { accountId } = database
    .prepare('SELECT id AS accountId FROM accounts WHERE email = ?')
    .get(email) as {
    accountId: number;
  };
  const withdrawal = database.prepare(
    `INSERT INTO withdrawals (id, account_id, asset, wallet, network, address, address_tag, amount, fee, stage, tx_id, signed_transaction, applied_at, settled_at)
     VALUES (?, ?, 'ETH', 'spot', 'ETH', '0x6915f16f8791d0a1cc2bf47c13a6b2a92000504b', '', ?, ?, 'completed', ?, ?, ?, ?)`,
  );
  const transaction = chain.prepare(
    `INSERT INTO transactions (network, tx_id, output, direction, content, height)
     VALUES ('ETH', ?, '', 'out', ?, 1)`,
  );
  const transfer = database.prepare(
    "INSERT INTO transfers (at, kind, asset, amount, debit, credit, reference) VALUES (?, ?, 'ETH', ?, ?, ?, ?)",
  );
  const free = `${accountId}:spot:free`;
  const held = `${accountId}:spot:held`;
  const { first } = database.prepare('SELECT coalesce(max(seq), 0) + 1 AS first FROM transfers').get() as {
    first: number;
  };
  for (let row = 0; row < rows; row += 1) {
    const id = `${accountId.toString(16).padStart(12, '0')}${row.toString(16).padStart(20, '0')}`;
    const at = startMs + row;
    const txId = `0x${id}`;
    const signed = JSON.stringify({ txId });
    transaction.run(txId, signed);
    withdrawal.run(id, accountId, String(amount), String(fee), txId, signed, at, at);
    transfer.run(at, 'withdrawal-hold', String(amount), free, held, id);
    transfer.run(at, 'withdrawal-settle', String(amount - fee), held, 'custody:ETH', id);
    transfer.run(at, 'withdrawal-fee', String(fee), held, 'fees', id);
  }
  commitLogger(database)(first, startMs + rows);
  const units = amount * BigInt(rows);
  const paid = (amount - fee) * BigInt(rows);
  lower(
    database,
    { table: 'balances', column: 'free', where: `account_id = ${accountId} AND asset = 'ETH'` },
    units,
  );
  lower(
    database,
    { table: 'custody', column: 'available', where: "asset = 'ETH' AND network = 'ETH'" },
    paid,
  );
}

type Amount = { readonly table: string; readonly column: string; readonly where: string };

/** Amounts are text, because SQLite's integers are too short for them. */
function lower(database: DatabaseSync, { table, column, where }: Amount, by: bigint): void {
  const read = database.prepare(`SELECT ${column} AS units FROM ${table} WHERE ${where}`);
  const { units } = read.get() as { units: string };
  database.prepare(`UPDATE ${table} SET ${column} = ? WHERE ${where}`).run(String(BigInt(units) - by));
}
