/**
 * A world on a store alone, by default in memory, for tests of commands and workers: a master with two sub-accounts, a
 * stranger, and a few assets. Requesting a row that the command's prefetch did not declare fails. After each command of
 * `run` the balances are recomputed from the transfers, and a rejection must leave the whole database unchanged.
 */
import assert from 'node:assert/strict';
import { adjustBalance } from '../../src/command/ledger/balance-adjust.ts';
import { type Commands, commands as registry } from '../../src/command/registry.ts';
import { type ErrorDetails, type ErrorId, isRejection } from '../../src/contract/errors.ts';
import type { Command, Outcome, Store } from '../../src/store/port.ts';
import { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { type Row, type TableName, tables } from '../../src/store/tables.ts';
import { bigintsAsText, declaredOnly } from './declared-lookups.ts';
import { assertCustodyMatches, assertLedgerBalances } from './ledger-checks.ts';
import { clockReading } from './manual-clock.ts';
import { buildWorld, emailOf } from './world.ts';
import { asset, decimal, network, operator, worldPlan } from './world-plan.ts';

/** A signal for test workers that are never stopped. */
export const neverStopping = new AbortController().signal;

const plan = worldPlan({
  assets: [
    [asset('BTC', [network('BTC', 'bitcoin')]), '40000'],
    [asset('ETH', [network('ETH', 'evm')], 18), '2500'],
    [asset('BNB', [network('BSC', 'evm')]), '400'],
    [asset('ADA', [network('ADA', 'cardano')], 6), '0.5'],
    [asset('XRP', [network('XRP', 'ripple')], 6), '0.6'],
    [asset('SKY', [network('SKY', 'opaque')]), null],
  ],
  accounts: { master: {}, alice: { master: 'master' }, bob: { master: 'master' }, stranger: {} },
});

type StateRejection = { readonly rejected: ErrorId; readonly details: ErrorDetails };

export class StoreWorld {
  readonly store: Store;
  nowMs = 1_700_000_000_000;
  readonly clock = clockReading(() => this.nowMs);
  /** The account numbers of the default plan. */
  master = 0;
  alice = 0;
  bob = 0;
  stranger = 0;
  #records = 0;

  /** @param store default: in memory, with the time `nowMs`. */
  constructor(store?: Store) {
    this.store =
      store ??
      new SqliteStore({
        path: ':memory:',
        clock: this.clock,
        randomHex: () => (++this.#records).toString(16).padStart(20, '0'),
      });
  }

  /** The command port; every command is a commit. */
  readonly commands: Commands = {
    submit: async (name, input) => (await this.#execute<never>(registry[name], input as never)) as never,
  };

  /** The reply of a command that must succeed; the ledger balances afterwards. */
  async run<I, R>(command: Command<I, R, ErrorId>, input: I): Promise<R> {
    const outcome = await this.#execute(command, input);
    assert.ok('done' in outcome, JSON.stringify(outcome, bigintsAsText));
    await assertLedgerBalances(this.store);
    await assertCustodyMatches(this.store);
    return outcome.done as R;
  }

  /** The rejection of a command that must be rejected; nothing was written. */
  async rejection<I>(command: Command<I, unknown, ErrorId>, input: I): Promise<StateRejection> {
    const before = await this.dump();
    const outcome = await this.#execute(command, input);
    assert.ok(isRejection(outcome), JSON.stringify(outcome, bigintsAsText));
    assert.deepEqual(await this.dump(), before);
    return outcome;
  }

  /** Returns plain objects, because assertions compare prototypes too. */
  async rows<T extends TableName>(table: T, where: Partial<Row<T>> = {}): Promise<readonly Row<T>[]> {
    return (await this.store.reads.rows(table, where)).map((row) => ({ ...row }));
  }

  async free(accountId: number, asset: string): Promise<bigint> {
    const [balance] = await this.rows('balances', { accountId, asset, wallet: 'spot' });
    return balance?.free ?? 0n;
  }

  /** The latest entry of the audit trail. */
  async lastAudit(): Promise<Row<'audit'> | undefined> {
    return (await this.rows('audit')).at(-1);
  }

  /** `kind asset amount debit>credit reference` of the transfers after the first `skip`. */
  async transfers(skip = 0): Promise<readonly string[]> {
    return (await this.rows('transfers'))
      .slice(skip)
      .map(
        ({ kind, asset, amount, debit, credit, reference }) =>
          `${kind} ${asset} ${amount} ${debit}>${credit} ${reference}`,
      );
  }

  async dump(): Promise<Record<string, unknown>> {
    const names = Object.keys(tables) as TableName[];
    return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await this.rows(name)])));
  }

  async #execute<I>(command: Command<I, unknown, ErrorId>, input: I): Promise<Outcome> {
    const [outcome] = await this.store.execute([{ command: declaredOnly(command), input }]);
    assert.ok(outcome !== undefined);
    return outcome;
  }

  /** Credits an account by name: `alice` is alice@example.com. */
  async credit(name: string, code: string, amount: string): Promise<void> {
    const input = {
      operator,
      email: emailOf(name),
      asset: code,
      amount: decimal(amount),
      direction: 'credit',
    } as const;
    await this.run(adjustBalance, input);
  }
}

/** @param store default: in memory. */
export async function openStoreWorld(store?: Store): Promise<StoreWorld> {
  const world = new StoreWorld(store);
  const { commands } = world;
  const { master, alice, bob, stranger } = await buildWorld({ commands, reads: world.store.reads }, plan);
  world.master = master.accountId;
  world.alice = alice.accountId;
  world.bob = bob.accountId;
  world.stranger = stranger.accountId;
  return world;
}
