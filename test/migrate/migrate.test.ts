/** `bursar migrate` copies everything to PostgreSQL, exactly and ready for operation. */

import assert from 'node:assert/strict';
import { sign } from 'node:crypto';
import { after, before, test } from 'node:test';
import { PostgresSimulatedChain } from '../../src/chain/simulated/postgres-simulated-chain.ts';
import { SqliteSimulatedChain } from '../../src/chain/simulated/sqlite-simulated-chain.ts';
import { systemClock } from '../../src/clock/system-clock.ts';
import { commands } from '../../src/command/registry.ts';
import { reportIntegrity } from '../../src/maintenance/integrity-report.ts';
import { isHalfMigrated } from '../../src/store/migration/migration-mark.ts';
import { type Row, tables } from '../../src/store/tables.ts';
import { runBursar } from '../cli/command-line.ts';
import { run } from '../store/conformance/raw.ts';
import { databaseAt } from '../support/database-at.ts';
import { signQuery } from '../support/exchange.ts';
import { type PostgresCluster, skipWithoutPostgres, startPostgres } from '../support/postgres.ts';
import { announceSeed, seed } from '../support/seed.ts';
import { decimal, operator } from '../support/world-plan.ts';
import {
  type Contents,
  copyFolder,
  fingerprint,
  makeSource,
  openSource,
  readContents,
  removeFolder,
  type Source,
  serve,
} from './source.ts';
import { assertHolds, assertMigrates, assertRefused, migrate, openTarget } from './target.ts';

const limits = { timeout: 120_000, skip: skipWithoutPostgres };
let cluster: PostgresCluster;
let source: Source;
/** Tables that are empty in the source, in their order. A new table is to get rows there. */
const withoutRows: readonly string[] = [
  'closed_days',
  'closing_balances',
  'address_book',
  'withdrawal_claims',
  'withdrawal_questionnaires',
  'withdrawal_attempts',
  'chain_reservations',
  'dividend_shares',
];
let contents: Contents;
let files: readonly string[];
/** Migrated by the first test, and not written to. */
let migrated = '';

before(async () => {
  if (skipWithoutPostgres !== false) return;
  cluster = await startPostgres();
  source = await makeSource(seed);
  contents = await readContents(openSource(source.folder));
  files = fingerprint(source.folder);
  migrated = await cluster.createDatabase();
});
after(async () => {
  if (skipWithoutPostgres !== false) return;
  await cluster.stop();
  removeFolder(source.folder);
});

test('every row of every table is copied exactly, and the source stays unchanged', limits, async (t) => {
  announceSeed(t, 'migrate');
  await assertMigrates(source.folder, migrated, /^OK: everything was copied, and both sides are equal\.$/m);
  assert.equal(await isHalfMigrated(databaseAt(migrated)), false);
  await assertHolds(migrated, contents);
  const owed = contents.balances?.map((row) => JSON.parse(row)[owedColumn] as string);
  assert.ok(
    owed?.some((units) => units !== '0 units'),
    'a customer owes something',
  );
  assert.deepEqual(fingerprint(source.folder), files);
  const empty = Object.keys(contents).filter((table) => contents[table]?.length === 0);
  assert.deepEqual(empty, withoutRows);
});

test('a repeated migration does nothing and prints the same report', limits, async () => {
  await assertMigrates(source.folder, migrated, /^OK: nothing to do\. .* both sides are equal\.$/m);
  await assertHolds(migrated, contents);
});

test(
  'the report is also available as JSON: rows and digest of each table, and the integrity report',
  limits,
  async () => {
    const { code, output, errors } = await migrate(source.folder, migrated, '--json');
    assert.equal(code, 0, errors);
    const { outcome, tables, integrity } = JSON.parse(output);
    assert.equal(outcome, 'unchanged');
    for (const [table, rows] of Object.entries(contents)) {
      assert.equal(tables[table].rows, rows.length, table);
      assert.match(tables[table].digest, /^[0-9a-f]{64}$/);
    }
    const verified = await runBursar('verify', '--database-url', migrated, '--json');
    assert.equal(verified.code, 0, verified.errors);
    assert.deepEqual(JSON.parse(verified.output), integrity);
    assert.deepEqual(await reportIntegrity({ folder: source.folder }, systemClock.monotonic), integrity);
  },
);

test('the simulated chain is copied too', limits, async () => {
  const from = new SqliteSimulatedChain(`${source.folder}/chain.sqlite`);
  const to = await PostgresSimulatedChain.open(databaseAt(migrated));
  try {
    const plain = (rows: readonly object[]) => rows.map((row) => ({ ...row }));
    assert.deepEqual(plain(await to.heights()), plain(await from.heights()));
    const sent = contents.withdrawals?.map((row) => JSON.parse(row)[txIdColumn] as string) ?? [];
    const found = await from.find('WEICHAIN', sent);
    assert.ok(found.some(({ state }) => state === 'confirmed'));
    assert.deepEqual(await to.find('WEICHAIN', sent), found);
  } finally {
    from.close();
    await to.close();
  }
});

test(
  'new numbers continue after the existing ones, including those visible only in a transaction id',
  limits,
  async (t) => {
    const url = await cluster.createDatabase();
    await assertMigrates(source.folder, url, /^OK/m);
    const store = await openTarget(url);
    t.after(() => store.close());
    const { accountId } = source.customer;
    const highest = highestNumbers();
    const withdraw = (address: string) =>
      run(store, {
        command: commands.submitWithdrawal,
        input: { accountId, asset: 'WEI', address, amount: decimal('0.000000000000000009') },
      });
    const { id: outside } = (await withdraw('far-away')) as { id: string };
    const { id: within } = (await withdraw(source.inside)) as { id: string };
    const opened = await run(store, {
      command: commands.openAccount,
      input: { operator, email: 'new@wei.example' },
    });
    const [sent, internal] = (await Promise.all(
      [outside, within].map((id) => store.reads.row('withdrawals', { id })),
    )) as [Row<'withdrawals'>, Row<'withdrawals'>];
    assert.deepEqual([sent.seq, internal.seq], [highest.withdrawal + 1, highest.withdrawal + 2]);
    assert.equal(internal.txId, `Internal transfer ${highest.tranId + 1}`);
    assert.equal((opened as { id: number }).id, highest.account + 1);
    const [transfer] = await store.reads.transfersAfter(highest.transfer, 1);
    assert.equal(transfer?.seq, highest.transfer + 1);
    const commits = await store.reads.eventsAfter(highest.commit, 1);
    assert.equal(commits.kind === 'events' && commits.rows[0]?.seq, highest.commit + 1);
    const { ok, transfers } = await reportIntegrity({ postgres: url }, systemClock.monotonic);
    assert.deepEqual([ok, transfers > (contents.transfers?.length ?? 0)], [true, true]);
    await assertMigrates(source.folder, url, /^OK: nothing to do\. .* written to since\.$/m);
  },
);

const owedColumn = Object.keys(tables.balances.columns).indexOf('owed');
const txIdColumn = Object.keys(tables.withdrawals.columns).indexOf('txId');

/** The highest numbers in the source. */
function highestNumbers() {
  const highest = (table: string, column: number, ofText = (value: string | number) => Number(value)) =>
    Math.max(...(contents[table] ?? []).map((row) => ofText(JSON.parse(row)[column])));
  const ofInternal = (txId: string | number) =>
    Number(/^Internal transfer (\d+)$/.exec(String(txId))?.[1] ?? 0);
  const tranId = highest('withdrawals', txIdColumn, ofInternal);
  for (const table of ['sub_account_transfers', 'wallet_transfers', 'dust_conversions', 'dividends'])
    assert.ok(tranId > highest(table, 0));
  return {
    tranId,
    account: highest('accounts', 0),
    withdrawal: highest('withdrawals', 0),
    transfer: highest('transfers', 0),
    commit: highest('event_log', 0),
  };
}

test(
  'a server on the target with the secrets of the source serves its customers, whatever their keys are',
  limits,
  async (t) => {
    const url = await cluster.createDatabase();
    await assertMigrates(source.folder, url, /^OK/m);
    const server = await serve(source.folder, '--database-url', url);
    t.after(() => server.close());
    const { apiKey } = source.customer;
    const history = `/wapi/v3/withdrawHistory.html?${signQuery(source.customer, { asset: 'WEI' })}`;
    const answer = await fetch(`http://127.0.0.1:${server.port}${history}`, {
      headers: { 'X-MBX-APIKEY': apiKey },
    });
    const { withdrawList } = (await answer.json()) as { withdrawList: readonly { id: string }[] };
    const expected = (contents.withdrawals ?? [])
      .map((row) => JSON.parse(row))
      .filter(([, , , asset]) => asset === 'WEI');
    assert.deepEqual(withdrawList.map(({ id }) => id).toSorted(), expected.map(([, id]) => id).toSorted());
    for (const { apiKey, privateKey } of source.signingKeys) {
      const payload = `asset=WEI&timestamp=${Date.now()}`;
      const algorithm = privateKey.asymmetricKeyType === 'rsa' ? 'sha256' : null;
      const ask = async (signed: string) => {
        const signature = encodeURIComponent(
          sign(algorithm, Buffer.from(signed), privateKey).toString('base64'),
        );
        const target = `/wapi/v3/withdrawHistory.html?${payload}&signature=${signature}`;
        const headers = { 'X-MBX-APIKEY': apiKey };
        return (await fetch(`http://127.0.0.1:${server.port}${target}`, { headers })).json();
      };
      assert.deepEqual(await ask(payload), { withdrawList, success: true }, apiKey);
      assert.equal(((await ask('another text')) as { code: number }).code, -1022);
    }
  },
);

test('a source written to after its migration is rejected', limits, async () => {
  const folder = copyFolder(source.folder);
  const store = openSource(folder);
  const input = { operator, email: 'late@wei.example' };
  await run(store, { command: commands.openAccount, input });
  await store.close();
  await assertRefused(
    folder,
    migrated,
    /migrated from other contents .*\(accounts, audit, event_log\).* Empty the target/,
  );
  await assertHolds(migrated, contents);
  removeFolder(folder);
});
