/**
 * Copies the movements of a small world a given number of times, with later numbers and times, and with ids,
 * transactions, order ids and addresses of their own. Balances and custody are updated, so the books still balance. All
 * times are shifted into the past, so that the last copy is as old as the original was. Seals, closed days and closing
 * balances are deleted; the server creates them again when it starts.
 *
 * Withdrawals with their quorums, deposits, transfers, the audit trail and proposed changes are copied. The simulated
 * chain has only the transactions of the original.
 */
import { customerOf } from '../../../src/domain/ledger/ledger.ts';
import { columnName } from '../../../src/store/columns.ts';
import { columnsOf, type TableName } from '../../../src/store/tables.ts';
import type { Progress } from '../progress.ts';
import type { Place } from '../storage.ts';
import { type SqlSession, withSql } from './sql-session.ts';

/** Time between one copy and the next, ms. */
const copyIntervalMs = 3_600_000;
const copiesPerStatement = 10;

/** Tables whose rows are copied, with the columns that are times. Quorums have no `seq`. */
const timesOf = {
  withdrawals: ['applied_at', 'settled_at'],
  withdrawal_quorums: ['created_at'],
  deposits: ['inserted_at', 'completed_at'],
  transfers: ['at'],
  audit: ['at'],
  pending_changes: ['proposed_at', 'decided_at'],
} as const satisfies Partial<Record<TableName, readonly string[]>>;
type CopiedTable = keyof typeof timesOf;
const copiedTables = Object.keys(timesOf) as readonly CopiedTable[];
const numberedTables = copiedTables.filter((table) => table !== 'withdrawal_quorums');

/** The highest `seq` of each table before the movements that are copied. */
export type Marks = Readonly<Record<string, number>>;

export function readMarks(place: Place): Promise<Marks> {
  return withSql(place, async (sql) => {
    const marks: Record<string, number> = {};
    for (const table of numberedTables) marks[table] = await highest(sql, table);
    return marks;
  });
}

async function highest({ run }: SqlSession, table: string): Promise<number> {
  const [row] = await run(`SELECT coalesce(max(seq), 0) AS seq FROM ${table}`);
  return Number(row?.seq);
}

/** @param times how many times everything after the marks exists afterwards, the original included. */
export async function multiply(place: Place, marks: Marks, times: number, progress: Progress): Promise<void> {
  await withSql(place, async (sql) => {
    await shiftIntoPast(sql, (times - 1) * copyIntervalMs);
    await changeBalances(sql, marks.transfers ?? 0, times - 1);
    const ranges = await rangesOf(sql, marks);
    for (let first = 1; first < times; first += copiesPerStatement) {
      const last = Math.min(first + copiesPerStatement, times) - 1;
      progress.report(`multiplying: ${last} of ${times} times`);
      await sql.run('BEGIN');
      for (const table of copiedTables) await copy(sql, table, ranges, [first, last]);
      await logCopies(sql, ranges, [first, last]);
      await sql.run('COMMIT');
    }
    if (sql.dialect === 'postgres')
      for (const table of [...numberedTables, 'event_log'])
        await sql.run(
          `SELECT setval(pg_get_serial_sequence('${table}', 'seq'), (SELECT max(seq) FROM ${table}))`,
        );
  });
}

async function shiftIntoPast({ run }: SqlSession, byMs: number): Promise<void> {
  await run('DELETE FROM transfer_seals');
  await run('DELETE FROM closing_balances');
  await run('DELETE FROM closed_days');
  const all: Readonly<Record<string, readonly string[]>> = { ...timesOf, event_log: ['at'] };
  for (const [table, times] of Object.entries(all))
    await run(`UPDATE ${table} SET ${times.map((column) => `${column} = ${column} - ${byMs}`).join()}`);
}

/** Adds the amounts of the copied transfers to balances and custody. */
async function changeBalances({ run }: SqlSession, mark: number, copies: number): Promise<void> {
  const transfers = await run(
    'SELECT asset, CAST(amount AS text) AS amount, debit, credit FROM transfers WHERE seq > ?',
    [mark],
  );
  const changes = new Map<string, bigint>();
  for (const { asset, amount, debit, credit } of transfers)
    for (const [account, sign] of [[debit, -1n] as const, [credit, 1n] as const]) {
      const key = `${asset} ${account}`;
      changes.set(key, (changes.get(key) ?? 0n) + sign * BigInt(String(amount)) * BigInt(copies));
    }
  for (const [key, change] of changes) {
    const [asset, account] = key.split(' ') as [string, string];
    const customer = customerOf(account);
    const [custody, network] = account.split(':');
    if (customer !== null)
      await add(run, ['balances', customer.side], change, {
        account_id: customer.accountId,
        asset,
        wallet: customer.wallet,
      });
    else if (custody === 'custody')
      await add(run, ['custody', 'available'], -change, { asset, network: String(network) });
  }
}

async function add(
  run: SqlSession['run'],
  [table, column]: readonly [string, string],
  change: bigint,
  key: Readonly<Record<string, string | number>>,
): Promise<void> {
  const where = Object.keys(key).map((name) => `${name} = ?`);
  const values = Object.values(key);
  const condition = `FROM ${table} WHERE ${where.join(' AND ')}`;
  const [row] = await run(`SELECT CAST(${column} AS text) AS units ${condition}`, values);
  const units = BigInt(String(row?.units)) + change;
  if (units < 0n) throw new Error(`${table} of ${JSON.stringify(key)} would be negative`);
  await run(`UPDATE ${table} SET ${column} = ? WHERE ${where.join(' AND ')}`, [String(units), ...values]);
}

type SeqRange = { readonly after: number; readonly count: number };
type Ranges = {
  readonly of: Readonly<Record<string, SeqRange>>;
  /** The ids of copy `k` begin with this time plus `k` intervals, ms. */
  readonly idBaseMs: number;
};

async function rangesOf(sql: SqlSession, marks: Marks): Promise<Ranges> {
  const of: Record<string, SeqRange> = {};
  for (const table of numberedTables) {
    const after = marks[table] ?? 0;
    of[table] = { after, count: (await highest(sql, table)) - after };
  }
  const [row] = await sql.run('SELECT coalesce(min(applied_at), 0) AS at FROM withdrawals');
  return { of, idBaseMs: Number(row?.at) - copyIntervalMs };
}

type Copies = readonly [first: number, last: number];

async function copy(sql: SqlSession, table: CopiedTable, ranges: Ranges, copies: Copies): Promise<void> {
  const columns = Object.keys(columnsOf(table)).map(columnName);
  const changed = changedColumns(sql, table, ranges);
  const range = ranges.of[table];
  const rows =
    range === undefined
      ? table
      : `${table} WHERE seq > ${range.after} AND seq <= ${range.after + range.count}`;
  const original = range === undefined ? `SELECT * FROM ${originalQuorums(ranges)}` : `SELECT * FROM ${rows}`;
  await sql.run(
    `INSERT INTO ${table} (${columns.join()})
     WITH RECURSIVE copies (k) AS (SELECT CAST(${copies[0]} AS bigint) UNION ALL SELECT k + 1 FROM copies WHERE k < ${copies[1]})
     SELECT ${columns.map((column) => changed[column] ?? `r.${column}`).join()}
     FROM copies CROSS JOIN (${original}) AS r ORDER BY ${range === undefined ? 'k' : 'k, r.seq'}`,
  );
}

/** The quorums of the withdrawals that are copied. */
function originalQuorums({ of }: Ranges): string {
  const { after = 0, count = 0 } = of.withdrawals ?? {};
  return `withdrawal_quorums WHERE withdrawal_id IN (
    SELECT id FROM withdrawals WHERE seq > ${after} AND seq <= ${after + count})`;
}

/** The expressions of the columns that differ in copy `k` of row `r`. */
function changedColumns({ dialect }: SqlSession, table: CopiedTable, { of, idBaseMs }: Ranges) {
  const hex = (digits: number, number: string) =>
    dialect === 'sqlite'
      ? `printf('%0${digits}x', ${number})`
      : `lpad(to_hex((${number})::bigint), ${digits}, '0')`;
  // An id begins with 12 digits of a time. The rest of the original makes it unique within the copy.
  const id = (column: string) =>
    `(${hex(12, `${idBaseMs} + k * ${copyIntervalMs}`)} || substr(r.${column}, 13))`;
  const idIfAny = (column: string) =>
    `CASE WHEN length(r.${column}) = 32 THEN ${id(column)} ELSE r.${column} END`;
  // Contains a letter that no original id has, so that it differs from all of them.
  const transaction = `CASE WHEN r.tx_id = '' THEN '' ELSE substr(r.tx_id, 1, 2) || 'z' || ${hex(4, 'k')} || substr(r.tx_id, 8) END`;
  // Each withdrawal has an address of its own; its last digits are spread evenly.
  const address = `'0x' || substr(r.id, 13, 20) || ${hex(12, 'k')} || '000' || ${hex(5, '(k * 99991 + r.seq * 7919) % 1048576')}`;
  const seq = of[table] === undefined ? {} : { seq: `r.seq + k * ${of[table].count}` };
  const times = timesOf[table].map((column) => [column, `r.${column} + k * ${copyIntervalMs}`]);
  const own: Readonly<Record<CopiedTable, Readonly<Record<string, string>>>> = {
    withdrawals: {
      id: id('id'),
      address,
      order_id: `r.order_id || '-' || k`,
      tx_id: transaction,
      approval_needed: id('approval_needed'),
      approval_given: id('approval_given'),
    },
    withdrawal_quorums: { withdrawal_id: id('withdrawal_id'), last_approval: id('last_approval') },
    deposits: { id: id('id'), tx_id: transaction },
    transfers: { reference: idIfAny('reference') },
    audit: { subject: idIfAny('subject') },
    pending_changes: { id: id('id') },
  };
  return { ...seq, ...Object.fromEntries(times), ...own[table] } as Readonly<Record<string, string>>;
}

/** One row of the event log for the transfers of all of these copies. */
async function logCopies({ run }: SqlSession, { of }: Ranges, [first, last]: Copies): Promise<void> {
  const { after, count } = of.transfers as SeqRange;
  const transfers = JSON.stringify([[after + first * count + 1, after + (last + 1) * count]]);
  await run(
    `INSERT INTO event_log (seq, at, transfers, events)
     SELECT max(seq) + 1, (SELECT max(at) FROM transfers), ?, '[]' FROM event_log`,
    [transfers],
  );
}
