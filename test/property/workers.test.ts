/**
 * The workers between store and chain, interrupted at any step: a life ends at its n-th call of the store or the chain,
 * before or after the call took effect, and a new life continues with the remaining data. In any order, every
 * withdrawal is paid at most once, also when it is sent several times, and every deposit on the chain is credited once.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { DroppedTransactions } from '../../src/chain/port.ts';
import type { ChainService } from '../../src/chain/service.ts';
import { PostgresSimulatedChain } from '../../src/chain/simulated/postgres-simulated-chain.ts';
import { type SimulatedChains, simulatedConnector } from '../../src/chain/simulated/simulated-chains.ts';
import { SqliteSimulatedChain } from '../../src/chain/simulated/sqlite-simulated-chain.ts';
import { type CommandName, type Commands, commands } from '../../src/command/registry.ts';
import type { Outcome, Store } from '../../src/store/port.ts';
import { PostgresStore } from '../../src/store/postgres/postgres-store.ts';
import { BlockFollower } from '../../src/worker/block-follower.ts';
import { createChainService } from '../../src/worker/chain-service.ts';
import { DepositWorker } from '../../src/worker/deposit-worker.ts';
import { WaitingWorker } from '../../src/worker/waiting-worker.ts';
import { WithdrawalWorker } from '../../src/worker/withdrawal-worker.ts';
import { joinTestCluster } from '../support/database.ts';
import { databaseAt } from '../support/database-at.ts';
import { assertCustodyMatches, assertLedgerBalances } from '../support/ledger-checks.ts';
import { clockReading } from '../support/manual-clock.ts';
import { skipWithoutPostgres } from '../support/postgres.ts';
import { checkProperty } from '../support/seed.ts';
import { neverStopping, openStoreWorld, type StoreWorld } from '../support/store-world.ts';
import { decimal, operator } from '../support/world-plan.ts';

const network = 'SKY';
const addresses = { alice: 'inside-alice', bob: 'inside-bob' } as const;
const owners = ['alice', 'bob'] as const;
const masterEmail = 'master@example.com';

type Doing =
  | 'withdraw'
  | 'broadcast'
  | 'mine'
  | 'sweep'
  | 'deposit'
  | 'again'
  | 'elsewhere'
  | 'output'
  | 'fail'
  | 'drop'
  | 'resend'
  | 'reorganise'
  | 'rush'
  | 'reverse'
  | 'continue'
  | 'fund'
  | 'switch';
/**
 * Actions that are started without waiting for earlier ones, in one process or another, and the number of calls after
 * which both processes end.
 */
type Life = {
  readonly doings: readonly Doing[];
  readonly elsewhere: readonly Doing[];
  readonly calls: number;
};

const doing = fc.constantFrom<Doing[]>(
  'withdraw',
  'broadcast',
  'mine',
  'mine',
  'sweep',
  'deposit',
  'again',
  'elsewhere',
  'output',
  'fail',
  'drop',
  'resend',
  'reorganise',
  'rush',
  'rush',
  'reverse',
  'continue',
  'fund',
  'switch',
);
const lives = fc.array(
  fc.record({
    doings: fc.array(doing, { minLength: 1, maxLength: 8 }),
    elsewhere: fc.array(doing, { maxLength: 4 }),
    calls: fc.integer({ min: 1, max: 60 }),
  }),
  { minLength: 1, maxLength: 8 },
);

type Chain = SimulatedChains & { close(): void | Promise<void> };
type Books = { readonly store: Store | undefined; readonly chain: Chain; close(): Promise<void> };

const openSqlite = async (): Promise<Books> => ({
  store: undefined,
  chain: new SqliteSimulatedChain(':memory:'),
  close: async () => {},
});

async function openPostgres(): Promise<Books> {
  const cluster = await joinTestCluster();
  const url = await cluster.createMigratedDatabase();
  let records = 0;
  const randomHex = () => (++records).toString(16).padStart(20, '0');
  const store = await PostgresStore.open({ url, clock: clockReading(() => 1_700_000_000_000), randomHex });
  const chain = await PostgresSimulatedChain.open(databaseAt(url));
  return { store, chain, close: () => cluster.dropDatabase(url) };
}

for (const [name, numRuns, open, skip] of [
  ['SQLite', 300, openSqlite, false],
  ['PostgreSQL', 8, openPostgres, skipWithoutPostgres],
] as const) {
  test(`${name}: workers interrupted at any step pay every withdrawal at most once and credit every deposit once`, {
    skip,
  }, async (t) => {
    const property = fc.asyncProperty(fc.noBias(lives), async (sequence) => play(await open(), sequence));
    await checkProperty(t, 'property', property, { numRuns });
  });
}

type World = {
  readonly base: StoreWorld;
  readonly chain: Chain;
  readonly sent: Map<string, Set<string>>;
};

async function play(books: Books, sequence: readonly Life[]): Promise<void> {
  const base = await openStoreWorld(books.store);
  try {
    await playIn({ base, chain: books.chain, sent: new Map() }, sequence);
  } finally {
    await books.chain.close();
    await base.store.close();
    await books.close();
  }
}

async function playIn(world: World, sequence: readonly Life[]): Promise<void> {
  const { base } = world;
  await base.run(commands.adjustBalance, { ...fund(1_000_000), backed: false });
  // Custody covers some of the withdrawals.
  await base.run(commands.adjustBalance, fund(60));
  for (const name of owners) {
    const proposed = { address: addresses[name], addressTag: '' };
    await base.run(commands.issueDepositAddress, {
      accountId: base[name],
      asset: 'SKY',
      network,
      proposed,
    });
  }
  let serial = 0;
  for (const { doings, elsewhere, calls } of sequence) {
    const [one, other] = [beginLife(world, calls), beginLife(world, calls)];
    const begun = [
      ...doings.map((each) => act(each, world, one, ++serial)),
      ...elsewhere.map((each) => act(each, world, other, ++serial)),
    ];
    await Promise.race([Promise.all(begun), one.over, other.over]);
    await Promise.all([one.end(), other.end()]);
    await assertTruth(world);
  }
  await finish(world);
}

type RunningLife = {
  readonly chainService: ChainService;
  readonly withdrawals: WithdrawalWorker;
  readonly waiting: WaitingWorker;
  readonly over: Promise<void>;
  /** Resolves when the calls that had begun have taken effect. */
  end(): Promise<void>;
  submit: Commands['submit'];
};

/** Everything that a process would hold in memory, created anew, on the existing store and chain. */
function beginLife({ base, chain, sent }: World, calls: number): RunningLife {
  let left = calls;
  let end = () => {};
  const begun = new Set<Promise<unknown>>();
  const over = new Promise<void>((resolve) => {
    end = () => {
      left = 0;
      resolve();
    };
  });
  /** A call may or may not take effect and return; once a life has ended, its calls never return. */
  const call = async <T>(work: () => Promise<T>): Promise<T> => {
    await turn();
    if (left <= 1) return dead();
    left -= 1;
    const working = work();
    begun.add(working);
    const result = await working.finally(() => begun.delete(working));
    await turn();
    if (left <= 1) return dead();
    left -= 1;
    return result;
  };
  const dead = (): Promise<never> => {
    end();
    return new Promise(() => {});
  };
  const submit = <N extends CommandName>(name: N, input: unknown) =>
    call(async () => (await base.store.execute([{ command: commands[name], input }]))[0] as Outcome<never>);
  const mortal = mortalChain(chain, sent, call);
  const { reads } = base.store;
  const parts = {
    reads,
    commands: { submit } as Commands,
    chains: { of: (name: string) => simulatedConnector(mortal, name) },
    control: mortal,
    catalog: () => base.store.catalog(),
    yieldNow: async () => {},
    pageSize: () => 256,
    stopping: neverStopping,
  };
  const withdrawals = new WithdrawalWorker(parts);
  const deposits = new DepositWorker(parts);
  const follower = new BlockFollower({ ...parts, withdrawals, deposits });
  const followBlocks = (name: string) => follower.follow(name);
  const sweepWithdrawals = async () => void (await withdrawals.sweep());
  const chainService = createChainService({ ...parts, followBlocks, sweepWithdrawals });
  const waiting = new WaitingWorker(parts);
  const endAndSettle = async () => {
    end();
    await settled();
    while (begun.size > 0) await Promise.allSettled(begun);
  };
  return {
    chainService,
    withdrawals,
    waiting,
    over,
    end: endAndSettle,
    submit: submit as Commands['submit'],
  };
}

/** Each moves at least one withdrawal if there is money for it. */
const maxRounds = 20;

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

async function settled(): Promise<void> {
  for (let turns = 0; turns < 4; turns += 1) await turn();
}

/** The chain, with calls that may be the last of a life, and a record of everything sent for a withdrawal. */
function mortalChain(
  chain: SimulatedChains,
  sent: Map<string, Set<string>>,
  call: <T>(work: () => Promise<T>) => Promise<T>,
): SimulatedChains {
  return {
    newAddress: (...args) => call(() => chain.newAddress(...args)),
    broadcast: (name, signed) =>
      call(() => {
        for (const text of signed) {
          const { withdrawalId } = JSON.parse(text) as { withdrawalId: string };
          sent.set(withdrawalId, (sent.get(withdrawalId) ?? new Set()).add(text));
        }
        return chain.broadcast(name, signed);
      }),
    find: (...args) => call(() => chain.find(...args)),
    findIncoming: (...args) => call(() => chain.findIncoming(...args)),
    confirmedBetween: (...args) => call(() => chain.confirmedBetween(...args)),
    height: (...args) => call(() => chain.height(...args)),
    incomingFrom: (...args) => call(() => chain.incomingFrom(...args)),
    receive: (transaction) => call(() => chain.receive(transaction)),
    mine: (...args) => call(() => chain.mine(...args)),
    mineAll: (...args) => call(() => chain.mineAll(...args)),
    quietSince: (...args) => call(() => chain.quietSince(...args)),
    failTransaction: (...args) => call(() => chain.failTransaction(...args)),
    dropTransaction: (...args) => call(() => chain.dropTransaction(...args)),
    waiting: (...args) => call(() => chain.waiting(...args)),
    switches: (...args) => call(() => chain.switches(...args)),
    allSwitches: () => call(() => chain.allSwitches()),
    setSwitches: (...args) => call(() => chain.setSwitches(...args)),
    holdTransaction: (...args) => call(() => chain.holdTransaction(...args)),
    releaseTransaction: (...args) => call(() => chain.releaseTransaction(...args)),
    positionSince: (...args) => call(() => chain.positionSince(...args)),
    reorganise: (...args) => call(() => chain.reorganise(...args)),
    heights: () => call(() => chain.heights()),
  };
}

const drops: readonly DroppedTransactions[] = ['none', 'incoming', 'none', 'all'];

async function act(what: Doing, world: World, life: RunningLife, serial: number): Promise<unknown> {
  const { base } = world;
  const incoming = { network, asset: 'SKY', address: addresses.alice, addressTag: '' };
  switch (what) {
    case 'withdraw':
      return life.submit('submitWithdrawal', {
        accountId: base.master,
        asset: 'SKY',
        address: 'far-away',
        amount: decimal(`${serial}`),
        orderId: `order-${serial}`,
      });
    case 'broadcast':
      return life.withdrawals.broadcastQueued();
    case 'mine':
      return life.chainService.mineBlocks(network, 1);
    case 'sweep':
      return life.withdrawals.sweep();
    case 'deposit':
      return life.chainService.receiveDeposit({ ...incoming, txId: `in${serial}`, amount: BigInt(serial) });
    case 'again':
      return life.chainService.receiveDeposit({ ...incoming, txId: 'in-again', amount: 5n });
    case 'elsewhere':
      // The same output of the same transaction: only one of the two can be on the chain.
      return life.chainService.receiveDeposit({
        ...incoming,
        address: addresses.bob,
        txId: 'in-again',
        amount: 7n,
      });
    case 'output': {
      const output = { address: addresses[serial % 2 === 0 ? 'alice' : 'bob'], outputIndex: serial };
      return life.chainService.receiveDeposit({ ...incoming, ...output, txId: 'in-again', amount: 3n });
    }
    case 'continue':
      return life.waiting.continueWaiting();
    case 'fund':
      return life.submit('adjustBalance', fund(serial));
    case 'switch': {
      const enabled = serial % 3 > 0;
      return life.submit('updateAccount', { operator, email: masterEmail, enabled });
    }
    case 'reorganise':
      return life.chainService.reorganise(network, 1 + (serial % 3), drops[serial % 4] ?? 'none');
    case 'resend':
      return life.chainService.resendWithdrawal(await chosen(base, serial), operator);
    case 'fail':
      return life.chainService.failWithdrawal(await chosen(base, serial), operator);
    case 'drop': {
      const withdrawalId = await chosen(base, serial);
      return life.chainService.controlTransaction({ withdrawalId }, 'drop', operator);
    }
    case 'reverse': {
      const lost = (await base.rows('deposits')).filter(({ reorganisedAt }) => reorganisedAt !== null);
      return life.submit('reverseDeposit', { operator, id: lost[serial % lost.length]?.id ?? 'nothing' });
    }
    case 'rush': {
      // A settlement, and a failure after a reorganisation, may overtake each other.
      await act('withdraw', world, life, serial);
      await life.withdrawals.broadcastQueued();
      const mining = life.chainService.mineBlocks(network, 1);
      for (let turns = 0; turns < serial % 13; turns += 1) await turn();
      const reorganising = life.chainService.reorganise(network, 1, 'none');
      const failing = life.chainService.failWithdrawal(await chosen(base, 1), operator);
      return Promise.all([mining, reorganising, failing]);
    }
  }
}

/** The id of a withdrawal, mostly of one that is queued or sent; or one that does not exist. */
async function chosen(base: StoreWorld, serial: number): Promise<string> {
  const rows = await base.rows('withdrawals');
  const open = rows.filter(({ stage }) => stage === 'queued' || stage === 'broadcast');
  const among = serial % 4 === 0 || open.length === 0 ? rows : open;
  return among[serial % (among.length + (among === rows ? 1 : 0))]?.id ?? 'nothing';
}

const fund = (amount: number) =>
  ({
    operator,
    email: masterEmail,
    asset: 'SKY',
    amount: decimal(`${amount}`),
    direction: 'credit',
  }) as const;

/** Invariants at any moment, whatever is in progress. */
async function assertTruth({ base, chain, sent }: World, isAtEnd = false): Promise<void> {
  await assertLedgerBalances(base.store);
  await assertCustodyMatches(base.store);
  for (const row of await base.rows('withdrawals')) {
    const bytes = [...(sent.get(row.id) ?? [])];
    const several = await base.rows('withdrawal_attempts', { withdrawalId: row.id });
    const attempts = several.length > 0 ? several : [row];
    for (const text of bytes) {
      assert.ok(
        attempts.some(({ signedTransaction }) => signedTransaction === text),
        'sent as stored, and not earlier',
      );
    }
    const states = await chain.find(
      network,
      attempts.map(({ txId }) => txId),
    );
    const confirmed = attempts.filter((_, index) => states[index]?.state === 'confirmed');
    assert.ok(confirmed.length <= 1, `${row.id} was paid ${confirmed.length} times`);
    // After a reorganisation it may wait for a block again, or be forgotten until it is sent again.
    const isPaid = states.some(({ state }) => state === 'confirmed' || state === 'pending');
    if (row.stage === 'completed' && isAtEnd) assert.ok(isPaid, `${row.id} is completed`);
    if (row.stage === 'failed') assert.ok(!isPaid, 'a failed withdrawal is not on the chain, now or later');
    if (row.stage === 'queued' || row.stage === 'waiting') assert.equal(bytes.length, 0);
  }
}

const isAnyWaiting = async (base: StoreWorld) =>
  (await base.rows('withdrawals')).some(({ stage }) => stage === 'waiting');

/** A life that is not interrupted: all stages become final, and every deposit is credited to its customer once. */
async function finish(world: World): Promise<void> {
  const { base, chain } = world;
  const life = beginLife(world, Number.MAX_SAFE_INTEGER);
  await life.withdrawals.sweep();
  await life.withdrawals.broadcastQueued();
  // One that was dropped when it was first sent.
  await life.withdrawals.sweep();
  await life.submit('updateAccount', { operator, email: masterEmail, enabled: true });
  await life.submit('adjustBalance', fund(1_000_000));
  // Withdrawals of disabled accounts may have to wait for liquidity behind others, and claims of one page that are decided
  // at the same time in two transactions do not see that those before them have moved.
  for (let round = 0; round < maxRounds && (await isAnyWaiting(base)); round += 1)
    await life.waiting.continueWaiting();
  await life.withdrawals.sweep();
  for (let block = 0; block < 4; block += 1) await life.chainService.mineBlocks(network, 1);
  await assertTruth(world, true);
  for (const row of await base.rows('withdrawals')) {
    assert.ok(row.stage === 'completed' || row.stage === 'failed', `${row.id} is still ${row.stage}`);
  }
  const onChain = await chain.incomingFrom(network, 0);
  const deposits = await base.rows('deposits');
  for (const name of owners) {
    const arrived = onChain
      .filter(({ address }) => address === addresses[name])
      .reduce((sum, { amount }) => sum + amount, 0n);
    // One that is credited and locked stays locked.
    const kept = deposits
      .filter(
        (row) => row.accountId === base[name] && row.stage === 'completed' && row.reorganisedAt !== null,
      )
      .reduce((sum, { amount }) => sum + amount, 0n);
    assert.equal(
      await base.free(base[name], 'SKY'),
      arrived + kept,
      `${name} has the amount on the chain, and what was credited and is marked as reorganised`,
    );
  }
}
