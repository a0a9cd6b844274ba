/** Closing of days, past balances and statements, compared with sums over all transfers. */
import assert from 'node:assert/strict';
import { transferBetweenAccounts } from '../../../src/command/account/sub-account-transfer.ts';
import { transferBetweenWallets } from '../../../src/command/ledger/wallet-transfer.ts';
import { customerOf } from '../../../src/domain/ledger/ledger.ts';
import { BalanceHistory, type PastBalance } from '../../../src/query/balance-history.ts';
import type { Row } from '../../../src/store/tables.ts';
import { DayWorker } from '../../../src/worker/day-worker.ts';
import { createRandom, seed } from '../../support/seed.ts';
import { neverStopping, openStoreWorld, type StoreWorld } from '../../support/store-world.ts';
import { decimal } from '../../support/world-plan.ts';
import { conformance, type Site } from './stores.ts';

const random = createRandom(seed);
const dayMs = 86_400_000;
const days = 4;
const transfersPerDay = 25;

function workerOf(world: StoreWorld, { clock }: Site): DayWorker {
  return new DayWorker({
    reads: world.store.reads,
    commands: world.commands,
    clock: { world: { ...world.clock.world, now: () => clock.ms } },
    yieldNow: async () => {},
    stopping: neverStopping,
  });
}

/** Random transfers among Alice, Bob and their wallets, over several days. */
async function move(world: StoreWorld, { clock }: Site): Promise<void> {
  const amounts = ['0.00000001', '0.3', '1', '2.5'];
  for (let count = 0; count < days * transfersPerDay; count += 1) {
    clock.ms += random.below(2 * (dayMs / transfersPerDay));
    const amount = decimal(random.pick(amounts));
    const from = random.chance(0.5) ? 'alice' : 'bob';
    const asset = random.chance(0.7) ? 'BTC' : 'ADA';
    const between = {
      masterId: world.master,
      fromEmail: `${from}@example.com`,
      toEmail: from === 'alice' ? 'bob@example.com' : 'alice@example.com',
    };
    const command = random.chance(0.5) ? transferBetweenAccounts : transferBetweenWallets;
    const wallet = random.chance(0.5) ? 'spot' : 'funding';
    const input = { ...between, accountId: world[from], from: wallet, asset, amount };
    // A transfer without balance is rejected, which changes nothing.
    await world.store.execute([{ command, input }]);
  }
}

function sumOf(transfers: readonly Row<'transfers'>[], accountId: number): readonly PastBalance[] {
  const sums = new Map<string, { asset: string; wallet: 'spot' | 'funding'; free: bigint; held: bigint }>();
  const add = (account: string, asset: string, amount: bigint) => {
    const customer = customerOf(account);
    if (customer?.accountId !== accountId) return;
    const { wallet, side } = customer;
    const sum = sums.get(`${asset} ${wallet}`) ?? { asset, wallet, free: 0n, held: 0n };
    sum[side] += amount;
    sums.set(`${asset} ${wallet}`, sum);
  };
  for (const { asset, amount, debit, credit } of transfers) {
    add(debit, asset, -amount);
    add(credit, asset, amount);
  }
  return [...sums].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, sum]) => sum);
}

conformance('past balances and statements are those that the transfers add up to', async (site, store) => {
  const world = await openStoreWorld(store);
  for (const name of ['alice', 'bob'])
    for (const asset of ['BTC', 'ADA']) await world.credit(name, asset, '9');
  await move(world, site);
  const transfers = await world.rows('transfers');
  const times = Array.from({ length: 12 }, () => site.clock.ms - random.below(days * dayMs));
  const ends = times.map((time) => (Math.floor(time / dayMs) + 1) * dayMs - 1);
  const compare = async () => {
    for (const accountId of [world.alice, world.bob, world.stranger]) {
      const history = new BalanceHistory(store.reads, accountId);
      for (const time of [...times, ...ends, 0, Number(transfers[0]?.at) - 1]) {
        const until = transfers.filter(({ at }) => at <= time);
        assert.deepEqual(await history.balancesAt(time), sumOf(until, accountId), `${accountId} at ${time}`);
      }
      await compareStatements(history, accountId, transfers, times);
    }
  };
  await compare();
  const worker = workerOf(world, site);
  await worker.closeDays();
  const closed = await world.rows('closed_days');
  assert.ok(closed.length >= 2, `${closed.length} days`);
  assert.ok(closed.every(({ complete }) => complete));
  await compare();
  await worker.closeDays();
  assert.deepEqual(await world.rows('closed_days'), closed, 'the present day stays open');
});

async function compareStatements(
  history: BalanceHistory,
  accountId: number,
  transfers: readonly Row<'transfers'>[],
  times: readonly number[],
): Promise<void> {
  const [one = 0, other = 0] = times;
  const [fromMs, toMs] = [Math.min(one, other), Math.max(one, other)];
  const isOwn = (account: string) => customerOf(account)?.accountId === accountId;
  const own = transfers.filter(
    ({ at, asset, debit, credit }) =>
      at >= fromMs && at <= toMs && asset === 'BTC' && (isOwn(debit) || isOwn(credit)),
  );
  const seen: number[] = [];
  let after: number | undefined;
  for (;;) {
    const page = await history.statement({ asset: 'BTC', fromMs, toMs, after, limit: 3 });
    for (const { seq, free, held, wallet } of page.entries) {
      if (seen.at(-1) !== seq) seen.push(seq);
      const until = transfers.filter((each) => each.seq <= seq);
      const sum = sumOf(until, accountId).find((each) => each.asset === 'BTC' && each.wallet === wallet);
      assert.deepEqual([free, held], [sum?.free, sum?.held], `after transfer ${seq}`);
    }
    if (page.next === null) break;
    after = page.next;
  }
  assert.deepEqual(
    seen,
    own.map(({ seq }) => seq),
  );
}

conformance(
  'a day that was begun keeps its last transfer, also if its closings were not all recorded',
  async (site, store) => {
    const world = await openStoreWorld(store);
    await world.credit('alice', 'BTC', '1');
    const [first] = await world.rows('transfers');
    await world.credit('alice', 'BTC', '2');
    const day = Math.floor(Number(first?.at) / dayMs);
    // Another process had seen only the first transfer, and ended.
    await world.commands.submit('beginClosingDay', { day, lastSeq: Number(first?.seq) });
    site.clock.ms += 2 * dayMs;
    await workerOf(world, site).closeDays();
    const closings = await world.rows('closing_balances', { accountId: world.alice });
    assert.deepEqual(
      closings.map((each) => [each.day, each.free]),
      [
        [day, 1_00000000n],
        [day + 1, 3_00000000n],
      ],
    );
  },
);

conformance('days without transfers are closed together, and none is left out', async (site, store) => {
  const world = await openStoreWorld(store);
  await world.credit('alice', 'BTC', '9');
  const worker = workerOf(world, site);
  site.clock.ms += 2 * dayMs;
  await worker.closeDays();
  const [first] = await world.rows('closed_days');
  site.clock.ms += 250 * dayMs;
  await world.credit('alice', 'BTC', '1');
  site.clock.ms += 2 * dayMs;
  let commands = 0;
  const counting = new DayWorker({
    reads: store.reads,
    commands: {
      submit: (...args) => {
        commands += 1;
        return world.commands.submit(...args);
      },
    },
    clock: { world: { ...world.clock.world, now: () => site.clock.ms } },
    yieldNow: async () => {},
    stopping: neverStopping,
  });
  await counting.closeDays();
  const closed = await world.rows('closed_days');
  assert.ok(closed.length > 250 && commands < 12, `${closed.length} days with ${commands} commands`);
  for (const [index, { day, complete }] of closed.entries())
    assert.deepEqual([day, complete], [(first?.day ?? 0) + index, true]);
  const history = new BalanceHistory(store.reads, world.alice);
  assert.deepEqual(
    await history.balancesAt(site.clock.ms),
    sumOf(await world.rows('transfers'), world.alice),
  );
});
