/**
 * A lower bound for the cost of a durable withdrawal: the same rows written directly through node:sqlite, many per
 * commit, without decisions, checks or replies.
 */
import { DatabaseSync } from 'node:sqlite';
import { commitLogger } from './commit-logger.ts';

const group = 64;

/** Runs for `durationMs` on a copy of the database. @returns withdrawals per second. */
export function rawLedgerWrites(databasePath: string, durationMs: number): number {
  const database = new DatabaseSync(databasePath);
  const accountIds = database.prepare('SELECT id FROM accounts').all() as { id: number }[];
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 8000;');
  const write = writer(database);
  const logCommit = commitLogger(database);
  const start = performance.now();
  let count = 0;
  while (performance.now() - start < durationMs) {
    database.exec('BEGIN IMMEDIATE');
    const first = write(accountIds[count % accountIds.length]?.id as number, count);
    count += 1;
    for (let each = 1; each < group; each += 1) {
      write(accountIds[count % accountIds.length]?.id as number, count);
      count += 1;
    }
    logCommit(first, Date.now());
    database.exec('COMMIT');
  }
  const rate = (count * 1000) / (performance.now() - start);
  database.close();
  return rate;
}

/** The result writes one withdrawal, and returns the number of its transfer. */
function writer(database: DatabaseSync): (accountId: number, number: number) => number | bigint {
  const read = database.prepare(
    "SELECT free, held FROM balances WHERE account_id = ? AND asset = 'ETH' AND wallet = 'spot'",
  );
  const transfer = database.prepare(
    "INSERT INTO transfers (at, kind, asset, amount, debit, credit, reference) VALUES (?, 'withdrawal-hold', 'ETH', ?, ?, ?, ?)",
  );
  const withdrawal = database.prepare(
    `INSERT INTO withdrawals (id, account_id, asset, wallet, network, address, address_tag, amount, fee, order_id, stage, tx_id, applied_at)
     VALUES (?, ?, 'ETH', 'spot', 'ETH', '0x6915f16f8791d0a1cc2bf47c13a6b2a92000504b', '', ?, '1000000', ?, 'queued', '', ?)`,
  );
  const balance = database.prepare(
    "UPDATE balances SET free = ?, held = ? WHERE account_id = ? AND asset = 'ETH' AND wallet = 'spot'",
  );
  return (accountId, number) => {
    const { free, held } = read.get(accountId) as { free: string; held: string };
    const id = `raw${number.toString(16).padStart(29, '0')}`;
    const at = Date.now();
    const { lastInsertRowid } = transfer.run(
      at,
      '50000000',
      `${accountId}:spot:free`,
      `${accountId}:spot:held`,
      id,
    );
    withdrawal.run(id, accountId, '50000000', `raw-${number}`, at);
    balance.run(String(BigInt(free) - 50_000_000n), String(BigInt(held) + 50_000_000n), accountId);
    return lastInsertRowid;
  };
}
