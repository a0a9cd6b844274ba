/** The store returns its content exactly, in order, and also after it was closed and reopened. */
import assert from 'node:assert/strict';
import { commands } from '../../../src/command/registry.ts';
import type { Execution } from '../../../src/store/port.ts';
import { addressOf, amountOf, buildModelWorld, emailOf } from '../../property/model-world.ts';
import { operator } from '../../support/world-plan.ts';
import { adjust, throwing, withdraw } from './orders.ts';
import { dump, kindOf, run, runAll, transferRow, writing } from './raw.ts';
import { conformance, shared } from './stores.ts';

conformance(
  'the catalog reflects commits, and within a batch also earlier commands',
  async (_site, store) => {
    await buildModelWorld(store);
    const asset = store.catalog().assets.get('BTC')!;
    const put = (code: string) => ({
      command: commands.putAsset,
      input: { operator, asset: { ...asset, asset: code } },
    });
    const price = (code: string) => ({
      command: commands.putPrice,
      input: { operator, asset: code, price: amountOf(5n, 'BTC') },
    });
    const outcomes = await store.execute([price('NEW'), put('NEW'), price('NEW'), throwing]);
    assert.deepEqual(outcomes.map(kindOf), ['asset-unknown', 'done', 'done', 'bug']);
    assert.equal(store.catalog().prices.get('NEW'), '0.00000005');
    const faulty = {
      command: {
        name: 'faulty',
        prefetch: [],
        decide: () => ({
          reply: 0,
          writes: [
            { insert: 'transfers', row: transferRow(0n) } as const,
            { put: 'prices', row: { asset: 'NEW', price: '9', updatedAt: 1 } } as const,
          ],
        }),
      },
      input: {},
    };
    assert.deepEqual((await store.execute([faulty])).map(kindOf), ['bug']);
    assert.equal(store.catalog().prices.get('NEW'), '0.00000005');
    const settings = { dustLimitBtc: null };
    await run(store, { command: commands.putSettings, input: { operator, settings } });
    assert.equal(store.catalog().settings.dustLimitBtc, null);
  },
);

conformance('values come back exactly as they were written', async (_site, store) => {
  const texts = [
    '',
    'NULL',
    'null',
    '{}',
    '"',
    '\\',
    '\\"',
    "'",
    ',',
    ' a ',
    '\n\t',
    'ä€😀',
    '{a,b}',
    '$1 ?',
  ];
  const largest = 10n ** 200n - 1n;
  const details = { z: 1, a: [null, true, 1e-7, '\\"\n'], 'ä€😀': { '': {} }, b: 12345678901234 };
  const writes = texts.flatMap((text, index) => [
    {
      insert: 'audit' as const,
      row: { at: index, actor: text, action: text, subject: text, reason: text, details: text },
    },
    { insert: 'transfers' as const, row: { ...transferRow(largest - BigInt(index)), reference: text } },
  ]);
  await run(
    store,
    writing(...writes, {
      insert: 'audit',
      row: { at: 99, actor: '', action: '', subject: '', reason: '', details },
    }),
  );
  const audit = await store.reads.latest('audit', { limit: 50, offset: 0 });
  assert.deepEqual(
    audit.map((row) => [row.actor, row.reason, row.details]),
    [...texts.map((text) => [text, text, text]), ['', '', details]],
  );
  assert.equal(JSON.stringify(audit.at(-1)?.details), JSON.stringify(details));
  const transfers = await store.reads.transfersAfter(0, 50);
  assert.deepEqual(
    transfers.map(({ amount, reference }) => [amount, reference]),
    texts.map((text, index) => [largest - BigInt(index), text]),
  );
  await run(store, writing({ put: 'settings', row: { name: 'nothing', value: null } }));
  assert.equal((await store.reads.row('settings', { name: 'nothing' }))?.value, null);
});

conformance('numbered rows keep the order of the commands', async (_site, store) => {
  await buildModelWorld(store);
  const batch = Array.from({ length: 20 }, (_, index) => adjust(index % 3, BigInt(index + 1)));
  await runAll(store, batch);
  const transfers = await store.reads.transfersAfter(0, 100);
  assert.deepEqual(
    transfers.map(({ amount }) => amount),
    batch.map((_, index) => BigInt(index + 1)),
  );
});

conformance(
  'a reopened store has all data and reuses no sequence number',
  async (site, store) => {
    const [master = 0, alice = 0] = await buildModelWorld(store);
    await runAll(store, [adjust(0, 1000n), adjust(1, 1000n)]);
    const internal = () => withdraw(master, 100n, { address: addressOf(1, 'BTC') });
    const dust: Execution = {
      command: commands.transferBetweenAccounts,
      input: {
        masterId: master,
        fromEmail: emailOf(0),
        toEmail: emailOf(1),
        asset: 'BTC',
        amount: amountOf(1n, 'BTC'),
      },
    };
    await runAll(store, [internal(), dust, internal()]);
    const before = await dump(store);
    const catalog = store.catalog();
    await site.closeStores();
    const reopened = await site.open();
    assert.deepEqual(await dump(reopened), before);
    assert.deepEqual(reopened.catalog(), catalog);
    await runAll(reopened, [internal(), dust]);
    const numbers = [
      ...(await reopened.reads.rows('deposits', { accountId: alice })).map((row) => row.txId.split(' ')[2]),
      ...(await reopened.reads.rows('sub_account_transfers', {})).map((row) => `${row.tranId}`),
    ];
    assert.equal(new Set(numbers).size, 5);
  },
  shared,
);
