/**
 * An in-memory store for tests of commands. Every command runs as on a store that prefetches: requesting a row that the
 * prefetch did not declare fails. After each command the balances are recomputed from the transfers, and a rejection
 * must leave the whole database unchanged.
 */
import assert from 'node:assert/strict';
import { type ErrorDetails, type ErrorId, isRejection } from '../../src/contract/errors.ts';
import { customerAccount, customerOf } from '../../src/domain/ledger/ledger.ts';
import { pruneMarkOf } from '../../src/store/event-log.ts';
import type { Command, Lookup, Outcome, Rows, Store } from '../../src/store/port.ts';
import { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { type Row, type TableName, tables } from '../../src/store/tables.ts';
import { clockReading } from './manual-clock.ts';

type Refused = { readonly rejected: ErrorId; readonly details: ErrorDetails };

export class Books {
  readonly store: Store;
  nowMs = 1_700_000_000_000;
  readonly clock = clockReading(() => this.nowMs);
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

  /** The reply of a command that must succeed; the books balance afterwards. */
  async run<I, R>(command: Command<I, R, ErrorId>, input: I): Promise<R> {
    const outcome = await this.#execute(command, input);
    assert.ok('done' in outcome, JSON.stringify(outcome, bigintsAsText));
    await assertBooksBalance(this.store);
    await assertCustodyHolds(this.store);
    return outcome.done as R;
  }

  /** The rejection of a command that must be rejected; nothing was written. */
  async refused<I>(command: Command<I, unknown, ErrorId>, input: I): Promise<Refused> {
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
    const [outcome] = await this.store.execute([{ command: prefetching(command), input }]);
    assert.ok(outcome !== undefined);
    return outcome;
  }
}

/**
 * Recomputes balances from the transfers and compares them with stored ones; ledger accounts of an asset sum to zero.
 */
export async function assertBooksBalance({ reads }: Pick<Store, 'reads'>): Promise<void> {
  const accounts = new Map<string, bigint>();
  const add = (asset: string, account: string, change: bigint) => {
    const key = `${asset} ${account}`;
    accounts.set(key, (accounts.get(key) ?? 0n) + change);
  };
  for (const { asset, amount, debit, credit } of await reads.rows('transfers', {})) {
    add(asset, debit, -amount);
    add(asset, credit, amount);
  }
  const sums = new Map<string, bigint>();
  for (const { asset, accountId, wallet, ...sides } of await reads.rows('balances', {})) {
    for (const side of ['free', 'held'] as const) {
      const key = `${asset} ${customerAccount(accountId, side, wallet)}`;
      assert.equal(sides[side], accounts.get(key) ?? 0n, `the stored balance of ${key}`);
      accounts.delete(key);
      sums.set(asset, (sums.get(asset) ?? 0n) + sides[side]);
    }
  }
  for (const [key, balance] of accounts) {
    const [asset, account] = key.split(' ') as [string, string];
    assert.equal(customerOf(account), null, `${key} has no stored balance`);
    sums.set(asset, (sums.get(asset) ?? 0n) + balance);
  }
  for (const [asset, sum] of sums) assert.equal(sum, 0n, `the sum over all accounts of ${asset}`);
  await assertEventsTellTransfers({ reads });
}

/** Each transfer is told by one row of the event log, as long as nothing of the log was pruned. */
export async function assertEventsTellTransfers({ reads }: Pick<Store, 'reads'>): Promise<void> {
  const entries = await reads.rows('event_log', {});
  if (entries.some((each) => pruneMarkOf(each) !== undefined)) return;
  const told = entries.flatMap(({ transfers }) =>
    transfers.flatMap(([first, last]) =>
      Array.from({ length: last - first + 1 }, (_, index) => first + index),
    ),
  );
  const written = (await reads.rows('transfers', {})).map(({ seq }) => seq);
  assert.deepEqual(
    told.sort((a, b) => a - b),
    written,
    'each transfer is told once by the event log',
  );
}

/**
 * The available amount equals the ledger balance less broadcast withdrawals; each queue counts its waiting withdrawals.
 * Requires that nothing is written meanwhile, because the reads do not share a snapshot.
 */
export async function assertCustodyHolds({ reads }: Pick<Store, 'reads'>): Promise<void> {
  const expected = new Map<string, { available: bigint; waiting: number }>();
  const change = (key: string, units: bigint, waiting: number) => {
    const before = expected.get(key) ?? { available: 0n, waiting: 0 };
    expected.set(key, { available: before.available + units, waiting: before.waiting + waiting });
  };
  for (const { asset, amount, debit, credit } of await reads.rows('transfers', {})) {
    if (debit.startsWith('custody:')) change(`${asset} ${debit.slice(8)}`, amount, 0);
    if (credit.startsWith('custody:')) change(`${asset} ${credit.slice(8)}`, -amount, 0);
  }
  for (const { asset, network, stage, amount, fee, waitingFor } of await reads.rows('withdrawals', {})) {
    if (stage === 'broadcast') change(`${asset} ${network}`, fee - amount, 0);
    if (waitingFor === 'liquidity') change(`${asset} ${network}`, 0n, 1);
  }
  for (const { asset, network, available, waiting } of await reads.rows('custody', {})) {
    const key = `${asset} ${network}`;
    assert.deepEqual({ available, waiting }, expected.get(key) ?? { available: 0n, waiting: 0 }, key);
    expected.delete(key);
  }
  for (const [key, values] of expected) assert.deepEqual(values, { available: 0n, waiting: 0 }, key);
}

/** The same command, limited to rows that its prefetch declares; each stage sees the rows of earlier stages. */
function prefetching<I, R>(command: Command<I, R, ErrorId>): Command<I, R, ErrorId> {
  return {
    ...command,
    decide(input, rows, context) {
      const named = new Set<string>();
      const guard = <T extends TableName>(lookup: Lookup<T>) => {
        const key = JSON.stringify(lookup, bigintsAsText);
        assert.ok(named.has(key), `${command.name} did not prefetch ${key}`);
        return lookup;
      };
      const guarded: Rows = {
        one: (lookup) => rows.one(guard(lookup)),
        all: (lookup) => rows.all(guard(lookup)),
      };
      for (const stage of command.prefetch) {
        const lookups = stage(input, guarded, context);
        for (const lookup of lookups) named.add(JSON.stringify(lookup, bigintsAsText));
      }
      return command.decide(input, guarded, context);
    },
  };
}

function bigintsAsText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}` : value;
}
