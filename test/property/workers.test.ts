/**
 * The workers between store and chain, interrupted at any step: a life ends at its n-th call of the store or the chain,
 * before or after the call took effect, and a new life continues with the remaining data. In any order, every
 * withdrawal is paid at most once, also when it is sent several times, and every deposit on the chain is credited once.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ChainService } from '../../src/chain/port.ts';
import { type SimulatedChains, simulatedConnector } from '../../src/chain/simulated/simulated-chains.ts';
import { SqliteSimulatedChain } from '../../src/chain/simulated/sqlite-simulated-chain.ts';
import { type CommandName, type Commands, commands } from '../../src/command/registry.ts';
import type { Outcome } from '../../src/store/port.ts';
import { BlockFollower } from '../../src/worker/block-follower.ts';
import { createChainService } from '../../src/worker/chain-service.ts';
import { DepositWorker } from '../../src/worker/deposit-worker.ts';
import { WaitingWorker } from '../../src/worker/waiting-worker.ts';
import { WithdrawalWorker } from '../../src/worker/withdrawal-worker.ts';
import { assertBooksBalance, assertCustodyHolds } from '../support/books.ts';
import { decimal, type Family, neverStopping, openFamily, operator } from '../support/command-world.ts';
import { checkProperty } from '../support/seed.ts';

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
  | 'resend'
  | 'reorganise'
  | 'continue'
  | 'fund'
  | 'switch';
/** Actions that are started without waiting for earlier ones, and the number of calls after which the life ends. */
type Life = { readonly doings: readonly Doing[]; readonly calls: number };

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
  'resend',
  'reorganise',
  'continue',
  'fund',
  'switch',
);
const lives = fc.array(
  fc.record({
    doings: fc.array(doing, { minLength: 1, maxLength: 8 }),
    calls: fc.integer({ min: 1, max: 40 }),
  }),
  { minLength: 1, maxLength: 8 },
);

test('workers interrupted at any step pay every withdrawal at most once and credit every deposit once', async (t) => {
  await checkProperty(t, 'property', fc.asyncProperty(fc.noBias(lives), play), { numRuns: 300 });
});

type World = {
  readonly family: Family;
  readonly chain: SqliteSimulatedChain;
  readonly sent: Map<string, Set<string>>;
};

async function play(sequence: readonly Life[]): Promise<void> {
  const family = await openFamily();
  await family.run(commands.adjustBalance, { ...fund(1_000_000), backed: false });
  for (const name of owners) {
    const proposed = { address: addresses[name], addressTag: '' };
    await family.run(commands.issueDepositAddress, {
      accountId: family[name],
      asset: 'SKY',
      network,
      proposed,
    });
  }
  const world = { family, chain: new SqliteSimulatedChain(':memory:'), sent: new Map() };
  let serial = 0;
  for (const { doings, calls } of sequence) {
    const life = beginLife(world, calls);
    const begun = doings.map((each) => act(each, world, life, ++serial));
    await Promise.race([Promise.all(begun), life.over]);
    life.end();
    await settled();
    await assertTruth(world);
  }
  await finish(world);
  world.chain.close();
  await family.store.close();
}

type RunningLife = {
  readonly chainService: ChainService;
  readonly withdrawals: WithdrawalWorker;
  readonly waiting: WaitingWorker;
  readonly over: Promise<void>;
  end(): void;
  submit: Commands['submit'];
};

/** Everything that a process would hold in memory, created anew, on the existing store and chain. */
function beginLife({ family, chain, sent }: World, calls: number): RunningLife {
  let left = calls;
  let end = () => {};
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
    const result = await work();
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
    call(async () => (await family.store.execute([{ command: commands[name], input }]))[0] as Outcome<never>);
  const mortal = mortalChain(chain, sent, call);
  const { reads } = family.store;
  const parts = {
    reads,
    commands: { submit } as Commands,
    chains: { of: (name: string) => simulatedConnector(mortal, name) },
    control: mortal,
    catalog: () => family.store.catalog(),
    pageSize: () => 256,
    stopping: neverStopping,
  };
  const withdrawals = new WithdrawalWorker(parts);
  const deposits = new DepositWorker(parts);
  const follower = new BlockFollower({ ...parts, withdrawals, deposits });
  const followBlocks = (name: string) => follower.follow(name);
  const chainService = createChainService({ ...parts, followBlocks });
  const waiting = new WaitingWorker(parts);
  return { chainService, withdrawals, waiting, over, end, submit: submit as Commands['submit'] };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

async function settled(): Promise<void> {
  for (let turns = 0; turns < 4; turns += 1) await turn();
}

/** The chain, with calls that may be the last of a life, and a record of everything sent for a withdrawal. */
function mortalChain(
  chain: SqliteSimulatedChain,
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
    failTransaction: (...args) => call(() => chain.failTransaction(...args)),
    positionSince: (...args) => call(() => chain.positionSince(...args)),
    reorganise: (...args) => call(() => chain.reorganise(...args)),
    heights: () => call(() => chain.heights()),
  };
}

async function act(what: Doing, { family }: World, life: RunningLife, serial: number): Promise<unknown> {
  const incoming = { network, asset: 'SKY', address: addresses.alice, addressTag: '' };
  switch (what) {
    case 'withdraw':
      return life.submit('submitWithdrawal', {
        accountId: family.master,
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
      return life.chainService.reorganise(network, 1 + (serial % 3), serial % 2 === 0);
    case 'resend': {
      const rows = await family.rows('withdrawals');
      return life.chainService.resendWithdrawal(rows[serial % (rows.length + 1)]?.id ?? 'nothing', operator);
    }
    case 'fail': {
      const rows = await family.rows('withdrawals');
      return life.chainService.failWithdrawal(rows[serial % (rows.length + 1)]?.id ?? 'nothing', operator);
    }
  }
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
async function assertTruth({ family, chain, sent }: World): Promise<void> {
  await assertBooksBalance(family.store);
  await assertCustodyHolds(family.store);
  for (const row of await family.rows('withdrawals')) {
    const bytes = [...(sent.get(row.id) ?? [])];
    const several = await family.rows('withdrawal_attempts', { withdrawalId: row.id });
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
    // After a reorganisation it may wait for a block again.
    const isPaid = states.some(({ state }) => state === 'confirmed' || state === 'waiting');
    if (row.stage === 'completed') assert.ok(isPaid, `${row.id} is completed`);
    if (row.stage === 'failed') assert.equal(confirmed.length, 0, 'a failed withdrawal is not on the chain');
    if (row.stage === 'queued' || row.stage === 'waiting') assert.equal(bytes.length, 0);
  }
}

/** A life that is not interrupted: all stages become final, and every deposit is credited to its customer once. */
async function finish(world: World): Promise<void> {
  const { family, chain } = world;
  const life = beginLife(world, Number.MAX_SAFE_INTEGER);
  await life.withdrawals.sweep();
  await life.withdrawals.broadcastQueued();
  await life.submit('updateAccount', { operator, email: masterEmail, enabled: true });
  await life.submit('adjustBalance', fund(1_000_000));
  // Withdrawals of disabled accounts may have to wait for liquidity behind others.
  for (let round = 0; round < 2; round += 1) await life.waiting.continueWaiting();
  for (let block = 0; block < 4; block += 1) await life.chainService.mineBlocks(network, 1);
  await assertTruth(world);
  for (const row of await family.rows('withdrawals')) {
    assert.ok(row.stage === 'completed' || row.stage === 'failed', `${row.id} is still ${row.stage}`);
  }
  const onChain = await chain.incomingFrom(network, 0);
  const deposits = await family.rows('deposits');
  for (const name of owners) {
    const arrived = onChain
      .filter(({ address }) => address === addresses[name])
      .reduce((sum, { amount }) => sum + amount, 0n);
    // One that is credited and locked stays locked.
    const kept = deposits
      .filter(
        (row) => row.accountId === family[name] && row.stage === 'completed' && row.reorganisedAt !== null,
      )
      .reduce((sum, { amount }) => sum + amount, 0n);
    assert.equal(
      await family.free(family[name], 'SKY'),
      arrived + kept,
      `${name} has the amount on the chain, and what was credited and is marked as reorganised`,
    );
  }
}
