/** The work done for waiting withdrawals does not grow with their number. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { neverStopping, openStoreWorld, type StoreWorld } from '../../test/support/store-world.ts';
import { asset, decimal, network, operator } from '../../test/support/world-plan.ts';
import type { ChainConnector } from '../chain/port.ts';
import { updateAccount } from '../command/account/account-update.ts';
import { putAsset } from '../command/catalog/asset-put.ts';
import { assignDepositAddress } from '../command/deposit/deposit-address-assign.ts';
import { adjustBalance } from '../command/ledger/balance-adjust.ts';
import { type CommandName, type Commands, commands, type InputOf } from '../command/registry.ts';
import { submitWithdrawal } from '../command/withdrawal/withdrawal-submit.ts';
import type { WaitingReason } from '../contract/withdrawal-stages.ts';
import type { Command, Outcome, Write } from '../store/port.ts';
import type { Reads } from '../store/reads.ts';
import type { NewRow } from '../store/tables.ts';
import { WaitingWorker } from './waiting-worker.ts';
import { WithdrawalWorker } from './withdrawal-worker.ts';

const many = 10_000;
/** The index of the only large withdrawal in each queue. */
const largeOne = 300;

const credit = (email: string, code: string, amount: string, backed: boolean) =>
  ({ operator, email, asset: code, amount: decimal(amount), direction: 'credit', backed }) as const;

function waitingRow(
  accountId: number,
  place: { asset: string; network: string },
  reason: WaitingReason,
  index: number,
): NewRow<'withdrawals'> {
  return {
    id: `${reason}-${index}`,
    accountId,
    wallet: 'spot',
    ...place,
    address: 'far-away',
    addressTag: '',
    amount: index === largeOne ? 100_000n : 10n,
    fee: 0n,
    feeTo: null,
    name: null,
    orderId: null,
    orderContent: null,
    stage: 'waiting',
    waitingFor: reason,
    txId: '',
    signedTransaction: null,
    failure: null,
    appliedAt: 1,
    settledAt: null,
    approvalNeeded: null,
    approvalGiven: null,
    policyVersion: null,
    policyRule: null,
    claim: null,
  };
}

/** `many` withdrawals waiting for each reason: bob is disabled, and withdrawals of SHUT are suspended. */
async function openCrowd(): Promise<StoreWorld> {
  const world = await openStoreWorld();
  const shut = { ...network('N', 'opaque'), withdrawEnabled: false };
  await world.run(putAsset, { operator, asset: asset('SHUT', [shut], 0) });
  await world.run(putAsset, { operator, asset: asset('POOR', [network('N', 'opaque')], 0) });
  await world.run(updateAccount, { operator, email: 'bob@example.com', enabled: false });
  const range = Array.from({ length: many }, (_, index) => index);
  const poor = { asset: 'POOR', network: 'N' };
  const queues = [
    [world.alice, poor, 'liquidity'],
    [world.alice, { asset: 'SHUT', network: 'N' }, 'network-closed'],
    [world.bob, poor, 'account-disabled'],
  ] as const;
  const writes: Write[] = queues.flatMap(([owner, place, reason]) =>
    range.map((index) => ({
      insert: 'withdrawals' as const,
      row: waitingRow(owner, place, reason, index),
    })),
  );
  const held = BigInt(many) * 10n + 100_000n;
  writes.push(
    { insert: 'custody', row: { ...poor, available: 5n, waiting: many } },
    {
      put: 'balances',
      row: { accountId: world.alice, asset: 'POOR', wallet: 'spot', free: 0n, held, owed: 0n },
    },
  );
  await write(world, writes);
  return world;
}

async function write(world: StoreWorld, writes: readonly Write[]): Promise<void> {
  const fill: Command<null, null> = { name: 'fill', prefetch: [], decide: () => ({ reply: null, writes }) };
  const [outcome] = await world.store.execute([{ command: fill, input: null }]);
  assert.ok(outcome && 'done' in outcome);
}

/** Accepts every transaction and never confirms one. */
const connector = {
  prepare: async ({ withdrawalId }) => ({ txId: `tx-${withdrawalId}`, signedTransaction: withdrawalId }),
  broadcast: async () => {},
} as Partial<ChainConnector> as ChainConnector;

/** Workers, and counts of their commands and of the rows that they read. */
function countedWorkers(world: StoreWorld, pageSize = 256) {
  const counted = { commands: [] as string[], rows: 0 };
  const parts = {
    reads: countRows(world.store.reads, (rows) => {
      counted.rows += rows;
    }),
    commands: {
      async submit<N extends CommandName>(name: N, input: InputOf<N>) {
        const { withdrawal, id = withdrawal?.id } = input as { id?: string; withdrawal?: { id: string } };
        counted.commands.push(id ?? '');
        const [outcome] = await world.store.execute([{ command: commands[name], input }]);
        return outcome as Outcome<never>;
      },
    } as Commands,
    chains: { of: () => connector },
    control: { failTransaction: async () => true },
    catalog: () => world.store.catalog(),
    pageSize: () => pageSize,
    stopping: neverStopping,
  };
  return { counted, withdrawals: new WithdrawalWorker(parts), waiting: new WaitingWorker(parts) };
}

function countRows(reads: Reads, count: (rows: number) => void): Reads {
  return new Proxy(reads, {
    get(target, name: keyof Reads) {
      const read = target[name] as (...args: unknown[]) => Promise<unknown>;
      return async (...args: unknown[]) => {
        const found = await read.apply(target, args);
        count(Array.isArray(found) ? found.length : 1);
        return found;
      };
    },
  });
}

test('10,000 waiting withdrawals do not slow a queued one on another asset', async () => {
  const world = await openCrowd();
  const { counted, withdrawals, waiting } = countedWorkers(world);
  await world.store.execute([
    { command: adjustBalance, input: credit('alice@example.com', 'SKY', '5', true) },
  ]);
  const order = { accountId: world.alice, asset: 'SKY', address: 'far-away', amount: decimal('5') };
  const [outcome] = await world.store.execute([{ command: submitWithdrawal, input: order }]);
  const { id } = (outcome as { done: { id: string } }).done;
  await withdrawals.broadcastQueued();
  assert.deepEqual(counted.commands, [id]);
  assert.equal((await world.rows('withdrawals', { id }))[0]?.stage, 'broadcast');
  assert.equal(counted.rows, 1, 'no other row was read');

  await waiting.continueWaiting();
  // Reads the three queues and the head of the one that waits for liquidity; the other two cannot move.
  assert.deepEqual(counted.commands, [id, 'liquidity-0']);
  assert.equal(counted.rows, 1 + 3 + 1);
});

test('waiting withdrawals are sent in order up to the first that is not covered, and none behind it', async () => {
  const world = await openCrowd();
  const { counted, waiting } = countedWorkers(world);
  await world.store.execute([
    { command: adjustBalance, input: credit('bob@example.com', 'POOR', '7000', true) },
  ]);
  await waiting.continueWaiting();
  const sent = await world.rows('withdrawals', { stage: 'broadcast' });
  assert.deepEqual(
    sent.map((row) => row.id).sort(),
    Array.from({ length: largeOne }, (_, index) => `liquidity-${index}`).sort(),
  );
  // The last page includes claims that could not move.
  assert.ok(counted.commands.length <= largeOne + 256, `${counted.commands.length} claims`);
  const [custody] = await world.rows('custody', { asset: 'POOR' });
  assert.deepEqual([custody?.available, custody?.waiting], [5n + 4000n, many - largeOne]);
});

test('withdrawals to a tag without an owner do not block those behind them, and cost one page per call', async () => {
  const world = await openStoreWorld();
  const { counted, waiting } = countedWorkers(world, 2);
  const place = { asset: 'XRP', network: 'XRP' };
  const shared = 'rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe';
  // Executed without checking the books: the withdrawals below are written without their transfers.
  const assignTag = async (addressTag: string) => {
    const input = { operator, email: 'bob@example.com', ...place, address: shared, addressTag };
    const [outcome] = await world.store.execute([{ command: assignDepositAddress, input }]);
    assert.ok(outcome && 'done' in outcome);
  };
  const tags = ['1', '2', '3', '4', '7', '5', '6'];
  await assignTag('7');
  await write(world, [
    ...tags.map((addressTag, index) => ({
      insert: 'withdrawals' as const,
      row: { ...waitingRow(world.alice, place, 'own-address', index), address: shared, addressTag },
    })),
    {
      put: 'balances',
      row: { accountId: world.alice, asset: 'XRP', wallet: 'spot', free: 0n, held: 70n, owed: 0n },
    },
  ]);
  const open = async () =>
    (await world.rows('withdrawals', { stage: 'waiting' })).map((row) => row.addressTag);
  await waiting.continueWaiting();
  assert.equal((await open()).length, 7);
  assert.equal(new Set(counted.commands).size, 2);
  await waiting.continueWaiting();
  await waiting.continueWaiting();
  assert.deepEqual(await open(), ['1', '2', '3', '4', '5', '6']);
  // After the last page it starts from the beginning.
  await assignTag('1');
  await waiting.continueWaiting();
  assert.deepEqual(await open(), ['2', '3', '4', '5', '6']);
});
