/** Running numbers: unique, moved by nothing but the commands that take them, and continued after a restart. */
import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { commands } from '../../../src/command/registry.ts';
import type { Execution, Store } from '../../../src/store/port.ts';
import { addressOf, amountOf, buildModelWorld, emailOf } from '../../property/model-world.ts';
import { operator } from '../../support/world-plan.ts';
import { adjust, throwing, withdraw } from './orders.ts';
import { kindOf, run, runAll } from './raw.ts';
import { conformance, type Kind, shared } from './stores.ts';

const within = (accountId: number): Execution => withdraw(accountId, 30n, { address: addressOf(1, 'BTC') });

const transfer = (masterId: number): Execution => ({
  command: commands.transferBetweenAccounts,
  input: { masterId, fromEmail: emailOf(0), toEmail: emailOf(1), asset: 'BTC', amount: amountOf(1n, 'BTC') },
});

async function fundedMaster(store: Store): Promise<number> {
  const [master = 0] = await buildModelWorld(store);
  await run(store, adjust(0, 100_000n));
  return master;
}

/** The number in the transaction id of a withdrawal within the exchange. */
async function numberWithin(store: Store, master: number): Promise<number> {
  const { id } = (await run(store, within(master))) as { id: string };
  const row = await store.reads.row('withdrawals', { id });
  const [, number] = /^Internal transfer (\d+)$/.exec(row?.txId ?? '') ?? [];
  assert.ok(number, `transaction id ${row?.txId}`);
  return Number(number);
}

async function numberOfTransfer(store: Store, master: number): Promise<number> {
  return ((await run(store, transfer(master))) as { tranId: number }).tranId;
}

/** A deposit that a chain reports with an id of its choice. */
async function deposit(store: Store, accountId: number, txId: string): Promise<void> {
  const own = await store.reads.rows('deposit_addresses', { accountId });
  const place = own.find(({ network }) => network === 'NET1');
  assert.ok(place);
  const { network, address, addressGroup, addressKey, addressTag } = place;
  const output = { network, address, addressGroup, addressKey, addressTag, txId, outputIndex: 0 };
  const input = { ...output, asset: 'BTC', amount: 5n, remainder: '0' };
  await run(store, { command: commands.observeDeposit, input });
}

const textsOfChains = [
  'Internal transfer 999999',
  'Internal transfer 2966999999',
  'Internal transfer 9007199254740993',
  'Internal transfer 99999999999999999999999999',
  'Internal transfer ',
  'Internal transfer x',
  'internal transfer 2966999999',
];

conformance(
  'a deposit whose transaction id looks like that of an internal transfer advances no sequence',
  async (site, store) => {
    const master = await fundedMaster(store);
    const before = await numberWithin(store, master);
    for (const text of textsOfChains) await deposit(store, master, text);
    assert.deepEqual(
      [await numberWithin(store, master), await numberOfTransfer(store, master)],
      [before + 1, before + 2],
    );
    if (!shared.includes(site.kind)) return;
    await site.closeStores();
    const next = await numberWithin(await site.open(), master);
    // On PostgreSQL the numbers that the process had reserved are skipped.
    if (site.kind === 'PostgreSQL')
      assert.ok(next > before + 2 && next < before + 2000, `${before}, then ${next}`);
    else assert.equal(next, before + 3);
  },
);

conformance(
  'numbers continue after a restart, even if only a transaction id contains the last one',
  async (site, first) => {
    const master = await fundedMaster(first);
    const numbers: number[] = [];
    const accounts: number[] = [];
    let store = first;
    for (let start = 0; start < 3; start += 1) {
      numbers.push(await numberWithin(store, master), await numberOfTransfer(store, master));
      numbers.push(await numberWithin(store, master));
      const opening = { operator, email: `late${start}@example.com` };
      accounts.push(
        ((await run(store, { command: commands.openAccount, input: opening })) as { id: number }).id,
      );
      await site.closeStores();
      store = await site.open();
    }
    for (const each of [numbers, accounts]) {
      assert.deepEqual(
        each,
        [...each].sort((a, b) => a - b),
      );
      assert.equal(new Set(each).size, each.length);
    }
  },
  shared,
);

conformance('numbers that a failed batch has taken are not used again', async (_site, store) => {
  const master = await fundedMaster(store);
  const before = await numberWithin(store, master);
  const outcomes = await store.execute([within(master), throwing, within(master), transfer(master)]);
  assert.deepEqual(outcomes.map(kindOf), ['done', 'bug', 'done', 'done']);
  const rows = await store.reads.rows('withdrawals', { accountId: master });
  const numbers = rows.map(({ txId }) => Number(txId.split(' ')[2]));
  const [moved] = await store.reads.rows('sub_account_transfers', { masterId: master });
  const all = [...numbers, moved?.tranId ?? 0];
  assert.equal(new Set(all).size, 4);
  assert.equal(Math.min(...all), before);
  assert.ok((await numberWithin(store, master)) > Math.max(...all));
});

conformance('each sequence is at least at the highest number in use', async (_site, store) => {
  const master = await fundedMaster(store);
  await runAll(store, [within(master), transfer(master)]);
  const sequences = await store.reads.sequences();
  assert.deepEqual(sequences.map(({ name }) => name).sort(), ['account_ids', 'tran_ids']);
  for (const { name, last, highest } of sequences)
    assert.ok(last !== null && last >= highest && highest > 0, name);
});

const onDisk: readonly Kind[] = ['SQLite on disk'];

conformance(
  'a sequence is written once per commit in which it moved',
  async ({ location }, store) => {
    const master = await fundedMaster(store);
    const other = new DatabaseSync(location);
    other.exec(`
      CREATE TABLE writes (name TEXT);
      CREATE TRIGGER count_writes AFTER UPDATE ON sequences BEGIN INSERT INTO writes VALUES (new.name); END`);
    const writes = () => {
      const rows = other.prepare('SELECT name FROM writes').all();
      other.exec('DELETE FROM writes');
      return rows.map(({ name }) => name);
    };
    await runAll(store, [withdraw(master, 30n), withdraw(master, 30n)]);
    assert.deepEqual(writes(), []);
    await runAll(
      store,
      Array.from({ length: 10 }, () => within(master)),
    );
    assert.deepEqual(writes(), ['tran_ids']);
    await runAll(store, [withdraw(master, 30n)]);
    assert.deepEqual(writes(), []);
    const opening = { operator, email: 'new@example.com' };
    await runAll(store, [transfer(master), { command: commands.openAccount, input: opening }]);
    assert.deepEqual(writes().sort(), ['account_ids', 'tran_ids']);
    other.close();
  },
  onDisk,
);

conformance(
  'a number that another connection has taken is not taken again',
  async (site, store) => {
    const master = await fundedMaster(store);
    const second = await site.open();
    const numbers: number[] = [];
    for (const each of [store, second, second, store, second]) numbers.push(await numberWithin(each, master));
    const [first = 0] = numbers;
    assert.deepEqual(numbers, [first, first + 1, first + 2, first + 3, first + 4]);
  },
  onDisk,
);

conformance(
  'the database refuses to decrease a sequence',
  async ({ location }) => {
    const other = new DatabaseSync(location);
    assert.throws(
      () => other.exec("UPDATE sequences SET last = last - 1 WHERE name = 'tran_ids'"),
      /never go back/,
    );
    other.close();
  },
  onDisk,
);
