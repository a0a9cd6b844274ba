/** Compares every read with a simple implementation over all rows: its filters, its order, its pages. */
import assert from 'node:assert/strict';
import type { Page, Range } from '../../../src/store/reads/page.ts';
import type { WaitingQueue } from '../../../src/store/reads/waiting.ts';
import type { Row } from '../../../src/store/tables.ts';
import { run, writing } from './raw.ts';
import { accountIds, fillStore, stages } from './read-world.ts';
import { conformance } from './stores.ts';

type AnyRow = Readonly<Record<string, unknown>>;

const pages: readonly Page[] = [
  { limit: 100, offset: 0 },
  { limit: 3, offset: 0 },
  { limit: 4, offset: 2 },
  { limit: 5, offset: 100 },
];
const ranges: readonly Range[] = [{}, { from: 1050 }, { to: 1100 }, { from: 1030, to: 1120 }, { from: 5000 }];

const same = (found: readonly object[], expected: readonly object[], what: unknown) =>
  assert.deepEqual(
    found.map((row) => ({ ...row })),
    expected.map((row) => ({ ...row })),
    JSON.stringify(what),
  );

function sorted<T extends AnyRow>(rows: readonly T[], ...columns: readonly string[]): T[] {
  return [...rows].sort((a, b) => {
    const column = columns.find((each) => a[each] !== b[each]) ?? '';
    return (a[column] as number) < (b[column] as number) ? -1 : 1;
  });
}

const newest = <T>(rows: readonly T[], { limit, offset }: Page): readonly T[] =>
  [...rows].reverse().slice(offset, offset + limit);

/** The first rows if `from` is given, else the newest. */
function timePage<T>(rows: readonly T[], { from }: Range, { limit, offset }: Page): readonly T[] {
  if (from !== undefined) return rows.slice(offset, offset + limit);
  return [...rows]
    .reverse()
    .slice(offset, offset + limit)
    .reverse();
}

const within = (at: number, { from = 0, to = Number.POSITIVE_INFINITY }: Range) => at >= from && at <= to;

conformance(
  'histories of an account: filtered, oldest first, the newest page unless a start is given',
  async (_site, store) => {
    await fillStore(store);
    const { reads } = store;
    const withdrawals = sorted(await reads.rows('withdrawals', { accountId: 1 }), 'appliedAt', 'seq');
    const deposits = sorted(await reads.rows('deposits', { accountId: 1 }), 'insertedAt', 'seq');
    const payments = sorted(await reads.rows('dividend_payments', { accountId: 1 }), 'at', 'tranId');
    const conversions = sorted(await reads.rows('dust_conversions', { accountId: 1 }), 'at', 'tranId');
    for (const page of pages) {
      same((await reads.dustConversions(1, page)).rows, timePage(conversions, {}, page), page);
      assert.equal((await reads.dustConversions(1, page)).total, conversions.length);
      for (const range of ranges) {
        const some = conversions.filter((row) => within(row.at, range));
        const found = await reads.dustConversions(1, page, range);
        same(found.rows, timePage(some, {}, page), { page, range });
        assert.equal(found.total, some.length);
        for (const asset of [undefined, 'BTC', 'NONE']) {
          const isWanted = (row: { asset: string }, at: number) =>
            within(at, range) && (asset === undefined || row.asset === asset);
          const what = { page, range, asset };
          const some = withdrawals.filter((row) => isWanted(row, row.appliedAt));
          same(await reads.withdrawals(1, { ...range, asset }, page), timePage(some, range, page), what);
          const picked = some.filter(({ stage }) => stage === 'queued' || stage === 'email-sent');
          const filter = { ...range, asset, stages: ['queued', 'email-sent'] };
          same(await reads.withdrawals(1, filter, page), timePage(picked, range, page), what);
          const arrived = deposits.filter((row) => isWanted(row, row.insertedAt));
          same(await reads.deposits(1, { ...range, asset }, page), timePage(arrived, range, page), what);
          const newestFirst = { ...page, newestFirst: true };
          same(await reads.withdrawals(1, { ...range, asset }, newestFirst), newest(some, page), what);
          same(await reads.deposits(1, { ...range, asset }, newestFirst), newest(arrived, page), what);
          const held = arrived.filter(({ stage }) => stage === 'credited');
          same(
            await reads.deposits(1, { ...range, asset, stages: ['credited'] }, page),
            timePage(held, range, page),
            what,
          );
          const paid = payments.filter((row) => isWanted(row, row.at));
          const found = await reads.dividendPayments(1, { ...range, asset }, page.limit);
          same(found.rows, timePage(paid, range, { ...page, offset: 0 }), what);
          assert.equal(found.total, paid.length);
        }
      }
    }
    const [ordered] = await reads.withdrawals(1, { orderId: 'o4' }, pages[0]!);
    assert.equal(ordered?.orderId, 'o4');
    assert.deepEqual(await reads.withdrawals(2, { orderId: 'o4' }, pages[0]!), []);
    const ids = [2, 0, 1].map((index) => withdrawals[index]!.id);
    const named = await reads.withdrawals(1, { ids: [...ids, 'none'] }, pages[0]!);
    same(named, withdrawals.slice(0, 3), 'by ids');
    same(await reads.withdrawals(2, { ids }, pages[0]!), [], 'of another account');
    const [{ txId }] = deposits as [Row<'deposits'>];
    same(await reads.deposits(1, { txId }, pages[0]!), deposits.slice(0, 1), 'by transaction');
    same(await reads.deposits(2, { txId }, pages[0]!), [], 'of another account');
  },
);

conformance(
  'sub-accounts: accounts by number, sub-accounts filtered, transfers from both sides once',
  async (_site, store) => {
    await fillStore(store);
    const { reads } = store;
    const ids = (rows: readonly Row<'accounts'>[]) => rows.map(({ id }) => id);
    assert.deepEqual(ids(await reads.accounts(pages[0]!)), [...accountIds]);
    assert.deepEqual(ids(await reads.accounts({ limit: 2, offset: 1 })), [2, 3]);
    assert.deepEqual(ids(await reads.subAccounts(1, {}, pages[0]!)), [2, 3, 4]);
    assert.deepEqual(ids(await reads.subAccounts(1, {}, { limit: 1, offset: 1 })), [3]);
    assert.deepEqual(ids(await reads.subAccounts(1, { enabled: true }, pages[0]!)), [2, 4]);
    assert.deepEqual(ids(await reads.subAccounts(1, { enabled: false }, pages[0]!)), [3]);
    assert.deepEqual(ids(await reads.subAccounts(1, { email: 'a4@example.com' }, pages[0]!)), [4]);
    assert.deepEqual(ids(await reads.subAccounts(2, {}, pages[0]!)), []);
    const all = sorted(await reads.rows('sub_account_transfers', {}), 'at', 'tranId');
    for (const id of accountIds) {
      for (const page of pages) {
        for (const range of [
          { from: 0, to: Number.MAX_SAFE_INTEGER },
          { from: 1030, to: 1120 },
        ]) {
          const expected = all
            .filter((row) => (row.fromAccountId === id || row.toAccountId === id) && within(row.at, range))
            .map((row) => ({
              ...row,
              fromEmail: `a${row.fromAccountId}@example.com`,
              toEmail: `a${row.toAccountId}@example.com`,
            }));
          same(
            await reads.subAccountTransfers(id, range, page),
            expected.slice(page.offset, page.offset + page.limit),
            { id, page, range },
          );
        }
      }
    }
  },
);

conformance(
  'transfers of a family: by side or client id, newest first, paged, counted',
  async (_site, store) => {
    await fillStore(store);
    const { reads } = store;
    const all = sorted(await reads.rows('sub_account_transfers', {}), 'at', 'tranId').toReversed();
    type Transfer = (typeof all)[number];
    const client = all.find(({ clientId }) => clientId !== null)?.clientId ?? '';
    type Case = readonly [filter: object, fits: (row: Transfer) => boolean];
    const filters: readonly Case[] = [
      ...accountIds.map((id): Case => [{ fromAccountId: id }, (row) => row.fromAccountId === id]),
      ...accountIds.map((id): Case => [{ toAccountId: id }, (row) => row.toAccountId === id]),
      [{ masterId: 1, clientId: client }, (row) => row.clientId === client],
      [{ masterId: 2, clientId: client }, () => false],
      [{ fromAccountId: 1, asset: 'ETH' }, () => false],
    ];
    for (const [filter, fits] of filters) {
      for (const range of [
        { from: 0, to: Number.MAX_SAFE_INTEGER },
        { from: 1030, to: 1120 },
      ]) {
        const given = { ...filter, ...range } as Parameters<typeof reads.familyTransfers>[0];
        const expected = all
          .filter((row) => fits(row) && within(row.at, range))
          .map((row) => ({
            ...row,
            fromEmail: `a${row.fromAccountId}@example.com`,
            toEmail: `a${row.toAccountId}@example.com`,
          }));
        assert.equal(await reads.countFamilyTransfers(given), expected.length);
        for (const page of pages) {
          const found = await reads.familyTransfers(given, page);
          same(found, expected.slice(page.offset, page.offset + page.limit), { given, page });
        }
      }
    }
    assert.equal(await reads.countSubAccounts(1, {}), 3);
    assert.equal(await reads.countSubAccounts(1, { enabled: false }), 1);
    assert.equal(await reads.countSubAccounts(2, {}), 0);
  },
);

conformance('worker reads: ordered by number, after a given number, limited', async (_site, store) => {
  await fillStore(store);
  const { reads } = store;
  const withdrawals = sorted(await reads.rows('withdrawals', {}), 'seq');
  const deposits = sorted((await reads.rows('deposits', {})).filter(isFollowed), 'seq');
  const [fifth, tenth] = [withdrawals[4]!.seq, withdrawals[9]!.seq];
  for (const stage of stages.slice(0, 5) as ('queued' | 'broadcast')[]) {
    for (const after of [0, fifth, tenth]) {
      const expected = withdrawals.filter((row) => row.stage === stage && row.seq > after).slice(0, 3);
      same(await reads.withdrawalsUnderWay(stage, after, 3), expected, { stage, after });
    }
  }
  const sent = await reads.withdrawalsOfTransactions('NET1', ['tx0', 'tx1', 'tx6', 'tx3', 'none']);
  assert.deepEqual(sent.map(({ txId }) => txId).sort(), ['tx0', 'tx6']);
  assert.deepEqual(await reads.withdrawalsOfTransactions('NET1', []), []);
  for (const after of [0, fifth]) {
    const expected = deposits.filter((row) => row.network === 'NET1' && row.seq > after).slice(0, 5);
    same(await reads.depositsInProgress('NET1', after, 5), expected, after);
  }
  const byNetwork = sorted(deposits, 'network', 'seq');
  for (const [network, seq] of [
    ['', 0],
    ['NET1', fifth],
    ['NET2', tenth],
  ] as const) {
    const expected = byNetwork.filter(
      (row) => row.network > network || (row.network === network && row.seq > seq),
    );
    same(await reads.depositsInProgressAfter(network, seq, 6), expected.slice(0, 6), { network, seq });
  }
});

conformance(
  'waiting withdrawals: queues ordered by number, and those of enabled accounts',
  async (_site, store) => {
    const { reads } = store;
    same(await reads.waitingQueues(), [], 'no queues');
    same(await reads.waitingOfEnabledAccounts(0, 10), [], 'no withdrawals');
    await fillStore(store);
    const waiting = sorted(await reads.rows('withdrawals', { stage: 'waiting' }), 'seq');
    const queueOf = ({ waitingFor, network, asset }: WaitingQueue) => `${waitingFor} ${network} ${asset}`;
    const queues = await reads.waitingQueues();
    assert.deepEqual(queues.map(queueOf), [...new Set(waiting.map(queueOf))].sort());
    for (const queue of queues) {
      const expected = waiting.filter((row) => queueOf(row) === queueOf(queue));
      for (const limit of [1, 100])
        same(await reads.waitingIn(queue, 0, limit), expected.slice(0, limit), queue);
      const behind = expected[0]?.seq ?? 0;
      same(await reads.waitingIn(queue, behind, 100), expected.slice(1), queue);
    }
    const ofEnabled = async () => (await reads.waitingOfEnabledAccounts(0, 100)).map(({ id }) => id);
    const disabled = waiting.filter((row) => row.waitingFor === 'account-disabled');
    const idsOf = (accounts: readonly number[]) =>
      disabled.filter((row) => accounts.includes(row.accountId)).map(({ id }) => id);
    assert.ok(idsOf([1]).length > 0 && idsOf([2]).length > 0);
    assert.deepEqual(await ofEnabled(), idsOf([1, 2]));
    await run(store, writing({ update: 'accounts', key: { id: 1 }, set: { enabled: false } }));
    assert.deepEqual(await ofEnabled(), idsOf([2]));
    const { withdrawals, waitingFor } = await reads.backlog();
    assert.equal(withdrawals.waiting, waiting.length);
    assert.equal(waitingFor['account-disabled'], disabled.length);
  },
);

const isFollowed = ({ stage }: { stage: string }) => ['pending', 'suspended', 'credited'].includes(stage);
const isUnresolved = ({ stage }: { stage: string }) => !['returning', 'returned'].includes(stage);

conformance('deposits without an owner: by stage, and the newest pending ones', async (_site, store) => {
  await fillStore(store);
  const { reads } = store;
  const rows = sorted(await reads.rows('deposits', { accountId: 0 }), 'seq');
  assert.ok(rows.length > 6);
  for (const stage of ['unattributed', 'returned'] as const) {
    const some = rows.filter((row) => row.stage === stage);
    same(await reads.depositsUnattributed(stage, 0, 9), some, stage);
    same(await reads.depositsUnattributed(stage, some[0]!.seq, 1), some.slice(1, 2), stage);
  }
  for (const page of pages) {
    same(
      await reads.latestUnattributed(page),
      timePage(sorted(rows.filter(isUnresolved), 'insertedAt', 'seq'), {}, page),
      page,
    );
  }
  assert.equal(await reads.isDepositAddress('NET1', 'x'), false);
  const listed = (await reads.accounts({ limit: 9, offset: 0 })).map(({ id }) => id);
  assert.deepEqual(listed, [1, 2, 3, 4], 'the reserved account is not a customer');
});

conformance('the newest rows of all accounts, oldest first', async (_site, store) => {
  await fillStore(store);
  const { reads } = store;
  for (const page of pages) {
    for (const table of ['deposits', 'withdrawals', 'audit'] as const) {
      same(await reads.latest(table, page), timePage(sorted(await reads.rows(table, {}), 'seq'), {}, page), {
        table,
        page,
      });
    }
    const queued = sorted(await reads.rows('withdrawals', { stage: 'queued' }), 'seq');
    same(await reads.latest('withdrawals', page, ['queued']), timePage(queued, {}, page), page);
  }
});

const balanceName = ({ accountId, asset, wallet }: Row<'balances'>) => `${accountId} ${asset} ${wallet}`;

conformance('the ledger: transfers, balances and seals, page by page', async (_site, store) => {
  await fillStore(store);
  const { reads } = store;
  const transfers = await reads.transfersAfter(0, 100);
  assert.deepEqual(
    transfers.map(({ amount }) => amount),
    Array.from({ length: 40 }, (_, index) => BigInt(index + 1)),
  );
  assert.equal(await reads.lastTransferSeq(), transfers.at(-1)!.seq);
  same(await reads.transfersAfter(transfers[4]!.seq, 3), transfers.slice(5, 8), 'a page');
  const balances = (await reads.balancesAfter(0, '', '', 100)).map(balanceName);
  assert.deepEqual(
    balances,
    [2, 3, 4].flatMap((id) =>
      ['B', 'a', 'a_', 'b'].flatMap((asset) => [`${id} ${asset} funding`, `${id} ${asset} spot`]),
    ),
  );
  const some = await reads.balancesAfter(2, 'b', 'funding', 2);
  assert.deepEqual(some.map(balanceName), ['2 b spot', '3 B funding']);
  const ofAsset = await reads.balancesOfAssetAfter('b', 3, 'funding', 2);
  assert.deepEqual(ofAsset.map(balanceName), ['3 b spot', '4 b funding']);
  assert.equal((await reads.lastSeal())?.lastSeq, 30);
  assert.deepEqual(
    (await reads.sealsAfter(10, 9)).map(({ lastSeq }) => lastSeq),
    [20, 30],
  );
  assert.deepEqual(
    (await reads.sealsAfter(0, 1)).map(({ lastSeq }) => lastSeq),
    [10],
  );
});

conformance(
  'balances of an account: credited Spot deposits lock a part of the held amount, withdrawals the rest',
  async (_site, store) => {
    await fillStore(store);
    const { reads } = store;
    const held = 10n ** 24n;
    const owned = (['BTC', 'ETH', 'NONE'] as const).flatMap((asset) =>
      (['spot', 'funding'] as const).map((wallet) => ({
        accountId: 1,
        asset,
        wallet,
        free: 3n,
        held,
        owed: 0n,
      })),
    );
    await run(store, writing(...owned.map((row) => ({ insert: 'balances', row }) as const)));
    const credited = await reads.rows('deposits', { accountId: 1, stage: 'credited' });
    const lockedIn = (code: string) =>
      credited.filter(({ asset }) => asset === code).reduce((sum, { amount }) => sum + amount, 0n);
    assert.ok(credited.filter(({ asset }) => asset === 'ETH').length > 1);
    const expected = sorted(owned, 'asset', 'wallet').map(({ asset, wallet, free }) => {
      const locked = wallet === 'spot' ? lockedIn(asset) : 0n;
      return { asset, wallet, free, withdrawing: held - locked, locked };
    });
    for (const wallet of [undefined, 'spot', 'funding'] as const) {
      for (const asset of [undefined, 'ETH', 'NONE', 'XRP']) {
        const wanted = expected.filter(
          (row) => (wallet ?? row.wallet) === row.wallet && (asset ?? row.asset) === row.asset,
        );
        same(await reads.accountBalances(1, { wallet, asset }), wanted, { wallet, asset });
      }
    }
    assert.deepEqual(await reads.accountBalances(9, {}), []);
  },
);

conformance(
  'transfers between wallets: those out of one wallet in a range, newest first, with their number',
  async (_site, store) => {
    await fillStore(store);
    const { reads } = store;
    const all = sorted(await reads.rows('wallet_transfers', { accountId: 1 }), 'at', 'tranId').reverse();
    assert.ok(all.length > 5);
    for (const fromWallet of ['spot', 'funding'] as const) {
      for (const range of ranges) {
        const wanted = all.filter((row) => row.fromWallet === fromWallet && within(row.at, range));
        for (const page of pages) {
          const filter = { ...range, fromWallet };
          const { rows, total } = await reads.walletTransfers(1, filter, { ...page, newestFirst: true });
          same(rows, wanted.slice(page.offset, page.offset + page.limit), { fromWallet, range, page });
          assert.equal(total, wanted.length);
        }
      }
    }
  },
);

conformance('rows are read in key order, regardless of later updates', async (_site, store) => {
  const price = (asset: string, text: string) =>
    ({ put: 'prices', row: { asset, price: text, updatedAt: 1 } }) as const;
  const assets = ['XRP', 'BTC', 'ETH', 'ADA'];
  for (const asset of assets) await run(store, writing(price(asset, '1')));
  await run(store, writing(price('BTC', '2')));
  const found = await store.reads.rows('prices', {});
  assert.deepEqual(
    found.map(({ asset }) => asset),
    [...assets].sort(),
  );
});

conformance('the backlog counts pending rows, and an empty store counts zero', async (_site, store) => {
  const { reads } = store;
  assert.deepEqual(await reads.backlog(), {
    withdrawals: {
      'email-sent': 0,
      'awaiting-approval': 0,
      queued: 0,
      waiting: 0,
      claimed: 0,
      unknown: 0,
      broadcast: 0,
    },
    waitingFor: { liquidity: 0, 'network-closed': 0, 'account-disabled': 0, 'own-address': 0 },
    deposits: 0,
    unattributedDeposits: 0,
    unsealedTransfers: 0,
  });
  await fillStore(store);
  const { withdrawals, deposits, unattributedDeposits, unsealedTransfers } = await reads.backlog();
  const rows = await reads.rows('withdrawals', {});
  for (const [stage, count] of Object.entries(withdrawals)) {
    assert.equal(count, rows.filter((row) => row.stage === stage).length, stage);
  }
  const followed = (await reads.rows('deposits', {})).filter(isFollowed);
  assert.equal(deposits, followed.length);
  const unattributed = (await reads.rows('deposits', { accountId: 0 })).filter(isUnresolved);
  assert.equal(unattributedDeposits, unattributed.length);
  assert.equal(unsealedTransfers, 10, '40 transfers, 30 of them sealed');
});

conformance(
  'trading: accounts that trade, accounts with indicators, events in order',
  async (_site, store) => {
    await fillStore(store);
    const { reads } = store;
    const events = sorted(await reads.rows('order_events', {}), 'at', 'seq');
    for (const since of [0, 1150, 9999]) {
      const expected = new Set(events.filter(({ at }) => at >= since).map((row) => row.accountId));
      assert.deepEqual(new Set(await reads.tradingAccounts(since)), expected);
    }
    assert.deepEqual([...(await reads.accountsWithIndicators())].sort(), [1, 3]);
    const own = events.filter((row) => row.accountId === 2);
    same(await reads.orderEvents(2, 0), own, 'all');
    same(await reads.orderEvents(2, own[3]!.at, own[3]!.seq, 4), own.slice(4, 8), 'a page');
    const old = await reads.orderEventsBefore(1050, 100);
    assert.deepEqual(new Set(old), new Set(events.filter(({ at }) => at < 1050).map(({ seq }) => seq)));
    assert.equal((await reads.orderEventsBefore(1050, 2)).length, 2);
  },
);

conformance('a row can be found by any column, and no column is undefined', async (_site, store) => {
  await fillStore(store);
  const { reads } = store;
  assert.equal((await reads.row('accounts', { enabled: false }))?.id, 3);
  assert.equal((await reads.row('withdrawals', { amount: 5n, asset: 'ETH' }))?.id, 'w004');
  assert.equal(await reads.row('bans', { ip: 'nobody' }), undefined);
  assert.equal((await reads.rows('accounts', {})).length, 5);
});

conformance(
  'amounts that an account withdrew since a time, unless there are too many',
  async (_site, store) => {
    await fillStore(store);
    const { reads } = store;
    const [first] = await reads.rows('withdrawals', { accountId: 1 });
    await run(
      store,
      writing({
        update: 'withdrawals',
        key: { id: (first as Row<'withdrawals'>).id },
        set: { amount: 10n ** 30n },
      }),
    );
    const rows = await reads.rows('withdrawals', { accountId: 1 });
    const texts = (amounts: readonly { readonly asset: string; readonly amount: bigint }[] | null) =>
      amounts?.map(({ asset, amount }) => `${amount} ${asset}`).sort();
    for (const from of [0, 1050, 1100, 5000]) {
      const counted = rows.filter(({ appliedAt, stage }) => appliedAt >= from && stage !== 'queued');
      const found = await reads.withdrawnSince(1, from, ['queued', 'failed'], rows.length);
      assert.deepEqual(texts(found), texts(counted), `since ${from}`);
    }
    assert.equal(await reads.withdrawnSince(1, 0, ['queued'], rows.length - 1), null);
  },
);

conformance('rows for lists are found by many keys at once, whatever their number', async (_site, store) => {
  await fillStore(store);
  const { reads } = store;
  const found = await reads.withdrawalsOfOrders(1, ['o8', 'none', 'o0', 'o1']);
  assert.deepEqual(found.map(({ orderId }) => orderId).sort(), ['o0', 'o8']);
  assert.deepEqual(await reads.withdrawalsOfOrders(2, ['o0']), [], 'of another account');
  assert.deepEqual(await reads.withdrawalsOfOrders(1, []), []);
  const emails = new Map([
    [1, 'a1@example.com'],
    [3, 'a3@example.com'],
  ]);
  assert.deepEqual(await reads.emailsOf([3, 99, 1]), emails);
  assert.deepEqual(await reads.emailsOf([]), new Map());
  const many = Array.from({ length: 1000 }, (_, index) => index + 1);
  assert.deepEqual([...(await reads.emailsOf(many)).keys()].sort(), [...accountIds]);
  assert.deepEqual([...(await reads.accountsOf(many)).keys()].sort(), [...accountIds]);
  assert.deepEqual((await reads.accountsOf([3, 99])).get(3)?.email, 'a3@example.com');
  assert.deepEqual(await reads.accountsOf([]), new Map());
});
