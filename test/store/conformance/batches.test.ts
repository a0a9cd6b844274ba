/** Batch semantics: each command is independent, sees earlier ones, and is written completely or not at all. */
import assert from 'node:assert/strict';
import { commands } from '../../../src/command/registry.ts';
import type { Execution } from '../../../src/store/port.ts';
import { faultyCommands } from '../../property/faulty-commands.ts';
import { amountOf, buildModelWorld, terms } from '../../property/model-world.ts';
import { assertLedgerBalances } from '../../support/ledger-checks.ts';
import { operator } from '../../support/world-plan.ts';
import { adjust, throwing, withdraw } from './orders.ts';
import { banOf, banRow, dump, kindOf, looking, replyOf, rewriting, run, runAll, writing } from './raw.ts';
import { conformance } from './stores.ts';

conformance('each command of a batch succeeds, is rejected or fails independently', async (_site, store) => {
  const [master = 0, alice = 0] = await buildModelWorld(store);
  const outcomes = await store.execute([
    adjust(0, 100n),
    withdraw(alice, 50n),
    throwing,
    withdraw(master, 50n),
    withdraw(master, 55n),
    adjust(1, 7n),
  ]);
  assert.deepEqual(outcomes.map(kindOf), [
    'done',
    'balance-insufficient',
    'bug',
    'done',
    'balance-insufficient',
    'done',
  ]);
  const balances = await store.reads.rows('balances', { asset: 'BTC' });
  assert.deepEqual(balances.map(({ accountId, free, held }) => [accountId, free, held]).sort(), [
    [master, 50n, 50n],
    [alice, 7n, 0n],
  ]);
  await assertLedgerBalances(store);
});

conformance('a rejection writes nothing', async (_site, store) => {
  const [master = 0] = await buildModelWorld(store);
  await run(store, adjust(0, 100n));
  const before = await dump(store);
  const outcomes = await store.execute([withdraw(master, 1000n), withdraw(0, 50n), withdraw(master, 31n)]);
  assert.ok(outcomes.every((outcome) => 'rejected' in outcome));
  assert.deepEqual(await dump(store), before);
});

for (const [what, command] of faultyCommands) {
  conformance(
    `the store rejects ${what}, and only the command that attempted it fails`,
    async (_site, store) => {
      const [master = 0] = await buildModelWorld(store);
      await runAll(store, [adjust(0, 100n), adjust(1, 1n)]);
      const before = await dump(store);
      const faulty = { command, input: master };
      assert.deepEqual((await store.execute([faulty])).map(kindOf), ['bug']);
      assert.deepEqual(await dump(store), before);
      const mixed = [adjust(0, 1n), adjust(1, 2n), faulty, withdraw(master, 60n), faulty, adjust(2, 4n)];
      const outcomes = await store.execute(mixed);
      assert.deepEqual(outcomes.map(kindOf), ['done', 'done', 'bug', 'done', 'bug', 'done']);
      const free = (await store.reads.rows('balances', { asset: 'BTC' })).map((row) => row.free).sort();
      assert.deepEqual(free, [3n, 4n, 41n]);
      await assertLedgerBalances(store);
    },
  );
}

conformance(
  'an existing key is not inserted again in the same batch or a later one',
  async (_site, store) => {
    const insert = writing({ insert: 'bans', row: banRow('::a') });
    assert.deepEqual((await store.execute([insert, insert])).map(kindOf), ['done', 'bug']);
    assert.deepEqual(
      (await store.execute([writing({ insert: 'bans', row: banRow('::b') }), insert])).map(kindOf),
      ['done', 'bug'],
    );
    const looked = rewriting(banOf('::a'), () => [{ insert: 'bans', row: banRow('::a', 9) }]);
    assert.deepEqual((await store.execute([looked])).map(kindOf), ['bug']);
    assert.deepEqual((await store.reads.rows('bans', {})).map((row) => [row.ip, row.offences]).sort(), [
      ['::a', 1],
      ['::b', 1],
    ]);
  },
);

conformance('later commands of a batch see all writes of earlier ones', async (_site, store) => {
  await run(store, writing({ put: 'bans', row: banRow('old', 1) }, { put: 'bans', row: banRow('gone', 1) }));
  const many = { table: 'bans', where: { offences: 2 } } as const;
  const replies = await runAll(store, [
    looking(many),
    writing({ insert: 'bans', row: banRow('new', 2) }),
    looking(banOf('new')),
    writing({ update: 'bans', key: { ip: 'old' }, set: { offences: 2 } }),
    looking(many),
    writing({ put: 'bans', row: banRow('new', 3) }, { delete: 'bans', key: { ip: 'gone' } }),
    looking(many),
    looking(banOf('gone')),
    writing({ put: 'bans', row: banRow('gone', 2) }, { delete: 'bans', key: { ip: 'old' } }),
    looking(many),
    writing({ delete: 'bans', key: { ip: 'new' } }),
    looking(banOf('new')),
  ]);
  const seen = replies.filter(Array.isArray).map((rows) =>
    rows
      .map(({ ip }) => ip)
      .sort()
      .join(),
  );
  assert.deepEqual(seen, ['', 'new', 'new,old', 'old', '', 'gone', '']);
  const left = (await store.reads.rows('bans', {})).map((row) => [row.ip, row.offences]);
  assert.deepEqual(left, [['gone', 2]]);
});

conformance('a lookup since a time sees exactly the rows from that time on', async (_site, store) => {
  const seal = (lastSeq: number) => ({ lastSeq, hash: `${lastSeq}`, sealedAt: 1 });
  await run(
    store,
    writing(...[10, 20].map((seq) => ({ insert: 'transfer_seals' as const, row: seal(seq) }))),
  );
  const since = (value: number) =>
    looking({ table: 'transfer_seals', where: {}, since: { field: 'lastSeq', value } });
  const replies = await runAll(store, [
    since(20),
    writing({ insert: 'transfer_seals', row: seal(30) }, { insert: 'transfer_seals', row: seal(5) }),
    since(20),
    since(5),
    since(31),
  ]);
  const seen = replies.filter(Array.isArray).map((rows) =>
    rows
      .map(({ lastSeq }) => lastSeq)
      .sort((a, b) => a - b)
      .join(),
  );
  assert.deepEqual(seen, ['20', '20,30', '5,10,20,30', '']);
});

conformance(
  'an update of one column keeps what other commands of the batch have set',
  async (_site, store) => {
    await run(store, writing({ put: 'bans', row: banRow('::a', 1) }));
    await runAll(store, [
      writing({ update: 'bans', key: { ip: '::a' }, set: { offences: 7 } }),
      writing({ update: 'bans', key: { ip: '::a' }, set: { bannedUntil: 8 } }),
      rewriting(banOf('::a'), (row) => [
        { update: 'bans', key: { ip: '::a' }, set: { lastOffenceAt: row!.offences } },
      ]),
    ]);
    assert.deepEqual(
      { ...(await store.reads.row('bans', { ip: '::a' })) },
      {
        ip: '::a',
        bannedUntil: 8,
        offences: 7,
        lastOffenceAt: 7,
      },
    );
  },
);

conformance('a command finds rows that an earlier command of its batch created', async (_site, store) => {
  const [master = 0] = await buildModelWorld(store);
  await run(store, adjust(0, 1000n));
  const email = 'late@example.com';
  const { network } = terms.BTC!;
  const address = 'inside-late';
  const outcomes = await store.execute([
    { command: commands.openAccount, input: { operator, email } },
    { command: commands.assignDepositAddress, input: { operator, email, asset: 'BTC', network, address } },
    withdraw(master, 100n, { address }),
    withdraw(master, 110n, { address }),
    {
      command: commands.adjustBalance,
      input: { operator, email, asset: 'BTC', amount: amountOf(5n, 'BTC'), direction: 'debit' },
    },
  ]);
  assert.deepEqual(outcomes.map(kindOf), ['done', 'done', 'done', 'done', 'done']);
  const { id } = replyOf(outcomes[0]) as { id: number };
  const balance = await store.reads.row('balances', { accountId: id, asset: 'BTC' });
  assert.equal(balance?.free, 100n + 110n - 2n * 10n - 5n);
  assert.deepEqual(
    (await store.reads.deposits(id, {}, { limit: 9, offset: 0 })).map((row) => row.amount),
    [90n, 100n],
  );
  await assertLedgerBalances(store);
});

conformance(
  'an address belongs to a customer once assigned, even if it was looked up before',
  async (_site, store) => {
    const [master = 0] = await buildModelWorld(store);
    const email = 'late@example.com';
    const open = { command: commands.openAccount, input: { operator, email } };
    const [opened] = await runAll(store, [open, adjust(0, 1000n)]);
    const address = 'nobody-yet';
    const { network } = terms.BTC!;
    const place = { email, asset: 'BTC', network, address };
    const assign = { command: commands.assignDepositAddress, input: { operator, ...place } };
    const send = () => withdraw(master, 100n, { address });
    const received = async () => {
      const { id } = opened as { id: number };
      return (await store.reads.row('balances', { accountId: id, asset: 'BTC' }))?.free ?? 0n;
    };
    await runAll(store, [send(), send()]);
    assert.equal(await received(), 0n);
    await runAll(store, [send(), assign, send()]);
    assert.equal(await received(), 90n);
    await runAll(store, [send()]);
    assert.equal(await received(), 180n);
    await assertLedgerBalances(store);
  },
);

conformance('the same order id returns the same reply, within a batch and after it', async (_site, store) => {
  const [master = 0, alice = 0] = await buildModelWorld(store);
  await runAll(store, [adjust(0, 1000n), adjust(1, 1000n)]);
  const order = { orderId: 'o-1' };
  const batch = [
    withdraw(master, 100n, order),
    withdraw(master, 100n, order),
    withdraw(master, 105n, order),
    withdraw(alice, 100n, order),
  ];
  const first = await store.execute(batch);
  assert.deepEqual(first.map(kindOf), ['done', 'done', 'order-id-reused', 'done']);
  assert.deepEqual(replyOf(first[0]), replyOf(first[1]));
  assert.notDeepEqual(replyOf(first[0]), replyOf(first[3]));
  assert.deepEqual(await store.execute(batch), first);
  assert.equal((await store.reads.rows('withdrawals', {})).length, 2);
});

conformance('a command after its window is rejected, and no other of its batch', async (site, store) => {
  await buildModelWorld(store);
  const put = (ip: string, windowMs: number): Execution => ({
    ...writing({ put: 'bans', row: banRow(ip) }),
    notAfterMs: site.clock.ms + windowMs,
  });
  const outcomes = await store.execute([put('late', -1), put('open', 1000), { ...adjust(0, 5n) }]);
  assert.deepEqual(outcomes.map(kindOf), ['deadline-passed', 'done', 'done']);
  // Decided within the window, but committed after it.
  const closing = await store.execute([put('closes', 1), put('open too', 1000)]);
  assert.deepEqual(closing.map(kindOf), ['deadline-passed', 'done']);
  assert.deepEqual((await store.execute([put('closes', 1)])).map(kindOf), ['deadline-passed']);
  assert.deepEqual((await store.reads.rows('bans', {})).map(({ ip }) => ip).sort(), ['open', 'open too']);
  // The window goes by wire time, whatever the time of the world.
  site.clock.wireAheadMs = 60_000;
  const ahead = await store.execute([put('behind', 59_000), put('ahead', 61_000)]);
  assert.deepEqual(ahead.map(kindOf), ['deadline-passed', 'done']);
});
