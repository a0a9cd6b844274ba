/**
 * Random sequences of commands against the reference model: after each commit, the ledger, balances and histories of
 * the store must equal those of the model, and the balance streams must have shown each change once. Runs on every
 * store.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { unattributedAccountId } from '../../src/domain/deposit/unattributed-account.ts';
import { type WithdrawalStage, wireStatus } from '../../src/domain/withdrawal/withdrawal-stage.ts';
import type { Store } from '../../src/store/port.ts';
import { PostgresStore } from '../../src/store/postgres/postgres-store.ts';
import { joinTestCluster } from '../support/database.ts';
import { DeclaredOnlyStore } from '../support/declared-lookups.ts';
import { assertCustodyMatches, assertLedgerBalances } from '../support/ledger-checks.ts';
import { clockReading } from '../support/manual-clock.ts';
import { skipWithoutPostgres } from '../support/postgres.ts';
import { checkProperty } from '../support/seed.ts';
import { allRuleTurns, ruleChecks } from './account-rule-turns.ts';
import { Model, nobody, type RuleCheck } from './model.ts';
import { assets, buildModelWorld, destinationAddress, emailOf, masters, terms } from './model-world.ts';
import { type PlanContext, planStep } from './step-plans.ts';
import { type Step, type Turn, turns } from './steps.ts';
import { StreamCheck } from './stream-check.ts';

type TestTime = { ms: number };
/** How to open a store. A store that is not durable is never reopened. */
type Opening = {
  readonly open: (time: TestTime) => Store | Promise<Store>;
  readonly durable: boolean;
  readonly close: () => void;
};
type Factory = () => Opening | Promise<Opening>;

const stores: readonly (readonly [
  name: string,
  runs: number,
  ruleRuns: number,
  factory: Factory,
  skip?: string | false,
])[] = [
  [
    'SQLite in memory',
    120,
    4,
    () => ({ open: (time) => openSqlite(':memory:', time), durable: false, close() {} }),
  ],
  [
    'SQLite on disk',
    15,
    2,
    () => {
      const folder = mkdtempSync(join(tmpdir(), 'bursar-property-'));
      return {
        open: (time) => openSqlite(join(folder, 'bursar.sqlite'), time),
        durable: true,
        close: () => rmSync(folder, { recursive: true }),
      };
    },
  ],
  [
    'PostgreSQL',
    10,
    1,
    async () => {
      const url = await (await joinTestCluster()).createMigratedDatabase();
      return { open: (time) => PostgresStore.open({ url, ...partsOf(time) }), durable: true, close() {} };
    },
    skipWithoutPostgres,
  ],
];

let records = 0;

/** The clock advances each time it is read. */
function partsOf(time: TestTime) {
  return {
    clock: clockReading(() => ++time.ms),
    randomHex: () => (++records).toString(16).padStart(20, '0'),
  };
}

function openSqlite(path: string, time: TestTime): Store {
  return new DeclaredOnlyStore({ path, ...partsOf(time) });
}

/** Each run reaches every rule, so none may be cut short. */
const wholeRuns = { limitMs: 300_000 };

for (const [name, numRuns, ruleRuns, factory, skip = false] of stores) {
  test(`${name}: after random commands, ledger, balances and histories equal the model's`, {
    skip,
  }, async (t) => {
    const property = fc.asyncProperty(fc.noBias(turns), async (sequence) => play(await factory(), sequence));
    await checkProperty(t, 'property', property, { numRuns });
  });

  test(`${name}: a daily quota, and rules that change before a confirmation or an approval`, {
    skip,
  }, async (t) => {
    const checks = new Map<RuleCheck, number>();
    const property = fc.asyncProperty(allRuleTurns, async (sequence) =>
      play(await factory(), sequence, checks),
    );
    await checkProperty(t, 'property', property, { numRuns: ruleRuns, ...wholeRuns });
    const reached = ruleChecks.map((check) => `${check} ${checks.get(check) ?? 0}`);
    t.diagnostic(`how often each rule was reached: ${reached.join(', ')}`);
    for (const check of ruleChecks) assert.ok((checks.get(check) ?? 0) > 0, `never reached: ${check}`);
  });
}

/** A quota that two withdrawals of BTC may exceed. */
const openingQuota: Step = {
  do: 'switch',
  who: 1,
  enabled: true,
  email: false,
  whitelistOnly: false,
  quota: 100_000n,
  country: 'NIL',
};

/** Everybody but the stranger starts with some balances; custody covers little of them. */
const openingMoney: readonly Step[] = [0, 1, 2].flatMap((who) =>
  assets.flatMap((asset) =>
    [20_000n, 300n].map((amount) => ({
      do: 'adjust' as const,
      who,
      asset,
      amount,
      out: false,
      backed: amount === 300n,
    })),
  ),
);

/** A part of it is in the Funding wallet. */
const movedToFunding: readonly Step[] = [0, 1, 2].flatMap((who) =>
  assets.map((asset) => ({
    do: 'transferBetweenWallets' as const,
    who,
    asset,
    from: 'spot' as const,
    amount: 5_000n,
  })),
);

async function playBatch(store: Store, batch: readonly Step[], context: PlanContext): Promise<void> {
  const planned = batch.map((step) => planStep(step, context));
  const outcomes = await store.execute(planned.map(({ execution }) => execution));
  for (const [index, { agrees }] of planned.entries()) {
    const outcome = outcomes[index]!;
    const shown = () =>
      JSON.stringify(outcome, (_, value) => (typeof value === 'bigint' ? `${value}` : value));
    assert.ok(agrees(outcome), `the model disagrees with ${shown()}`);
  }
}

async function play(
  opening: Opening,
  sequence: readonly Turn[],
  checks?: Map<RuleCheck, number>,
): Promise<void> {
  const time = { ms: 1_700_000_000_000 };
  let store = await opening.open(time);
  let streams: StreamCheck | undefined;
  try {
    const ids = await buildModelWorld(store);
    const model = new Model(terms, masters, checks);
    const context = { model, ids, now: () => time.ms };
    await playBatch(store, [...openingMoney, ...movedToFunding, openingQuota], context);
    streams = new StreamCheck(store, model, ids);
    for (const [index, turn] of sequence.entries()) {
      await streams.subscribe(index % ids.length);
      if ('hours' in turn) time.ms += turn.hours * 3_600_000;
      else if ('reopen' in turn) {
        if (!opening.durable) continue;
        await streams.stop();
        await store.close();
        store = await opening.open(time);
        streams = new StreamCheck(store, model, ids);
      } else {
        await playBatch(store, turn.batch, context);
        await streams.check(turn.batch.length === 1);
      }
      await assertLedgerBalances(store);
      await assertCustodyMatches(store);
      await assertSame(store, model, ids);
    }
  } finally {
    await streams?.stop();
    await store.close();
    opening.close();
  }
}

const all = { limit: 10_000, offset: 0 };

async function assertSame({ reads }: Store, model: Model, ids: readonly number[]): Promise<void> {
  const tranIds = [model.transfers, model.walletTransfers, model.conversions].flatMap((rows) =>
    rows.map(({ tranId }) => `${tranId}`),
  );
  const completed = await reads.rows('withdrawals', { stage: 'completed' });
  const internal = completed
    .filter((row) => row.txId.startsWith('Internal transfer '))
    .map((row) => row.txId.replace('Internal transfer ', ''));
  const numbers = [...tranIds, ...internal];
  assert.equal(new Set(numbers).size, numbers.length, 'each sequence number is used once');
  for (const asset of assets) {
    const held = await reads.row('custody', { asset });
    assert.equal(held?.available ?? 0n, model.availableOf(asset), `custody of ${asset}`);
    assert.equal(held?.waiting ?? 0, model.lineOf(asset).length, `withdrawals waiting for ${asset}`);
  }
  for (const [who, id] of [...ids.entries(), [nobody, unattributedAccountId] as const]) {
    for (const asset of assets) {
      for (const wallet of ['spot', 'funding'] as const) {
        const row = await reads.row('balances', { accountId: id, asset, wallet });
        const what = `${emailOf(who)} ${wallet} ${asset}`;
        assert.equal(row?.free ?? 0n, model.of('free', who, asset, wallet), `${what} free`);
        assert.equal(row?.held ?? 0n, model.of('held', who, asset, wallet), `${what} held`);
        const owed = wallet === 'spot' ? model.owedBy(who, asset) : 0n;
        assert.equal(row?.owed ?? 0n, owed, `${what} owed`);
      }
    }
    const withdrawals = await reads.withdrawals(id, {}, all);
    assert.deepEqual(
      withdrawals.map((row) => [
        row.id,
        row.asset,
        row.amount,
        row.fee,
        row.orderId,
        row.wallet,
        row.stage,
        row.waitingFor,
        row.stage === 'broadcast' && row.failure !== null,
      ]),
      ofAccount(model.withdrawals, who).map((row) => [
        row.id,
        row.asset,
        row.units,
        row.fee,
        row.orderId ?? null,
        row.wallet,
        row.stage,
        row.waitingFor,
        row.stage === 'broadcast' && row.failing,
      ]),
    );
    assert.ok(withdrawals.every((row) => wireStatus(row.stage as WithdrawalStage) !== undefined));
    assert.deepEqual(
      (await reads.deposits(id, {}, all)).map((row) => [
        row.asset,
        row.amount,
        row.stage,
        row.address,
        row.addressTag,
        row.reorganisedAt !== null,
        row.blockHeight,
      ]),
      ofAccount(model.deposits, who).map((row) => [
        row.asset,
        row.units,
        row.stage,
        destinationAddress(row.to),
        row.tag,
        row.lost,
        row.block,
      ]),
    );
    await assertSmallHistories(reads, model, who, id);
  }
}

async function assertSmallHistories(
  reads: Store['reads'],
  model: Model,
  who: number,
  id: number,
): Promise<void> {
  const conversions = await reads.dustConversions(id, all);
  assert.deepEqual(
    conversions.rows.map((row) => [
      row.tranId,
      (row.lines as object[]).map((line) => Object.values(line).join(' ')),
    ]),
    ofAccount(model.conversions, who).map((row) => [row.tranId, row.lines]),
  );
  const payments = await reads.dividendPayments(id, {}, 10_000);
  assert.deepEqual(
    payments.rows.map((row) => [row.tranId, row.asset, row.amount]),
    ofAccount(model.payments, who).map((row) => [row.tranId, row.asset, row.units]),
  );
  if (who !== nobody) await assertLocks(reads, model, who, id);
  const ever = { from: 0, to: Number.MAX_SAFE_INTEGER };
  for (const fromWallet of ['spot', 'funding'] as const) {
    const { rows } = await reads.walletTransfers(id, { fromWallet }, all);
    assert.deepEqual(
      rows.map((row) => [row.tranId, row.asset, row.amount]),
      ofAccount(model.walletTransfers, who)
        .filter(({ from }) => from === fromWallet)
        .map((row) => [row.tranId, row.asset, row.units]),
    );
  }
  const transfers = await reads.subAccountTransfers(id, ever, all);
  assert.deepEqual(
    transfers.map((row) => [row.tranId, row.fromEmail, row.toEmail, row.asset, row.amount, row.clientId]),
    model.transfers
      .filter(({ from, to }) => from === who || to === who)
      .map((row) => [
        row.tranId,
        emailOf(row.from),
        emailOf(row.to),
        row.asset,
        row.units,
        row.clientId ?? null,
      ]),
  );
}

/** What is held is locked by credited deposits; the rest is held by withdrawals. */
async function assertLocks(reads: Store['reads'], model: Model, who: number, id: number): Promise<void> {
  for (const { asset, wallet, free, withdrawing, locked } of await reads.accountBalances(id, {})) {
    const credited = ofAccount(model.deposits, who).filter((row) => row.stage === 'credited');
    const inAsset = wallet === 'spot' ? credited.filter((row) => row.asset === asset) : [];
    assert.equal(
      locked,
      inAsset.reduce((sum, { units }) => sum + units, 0n),
    );
    assert.equal(withdrawing, model.of('held', who, asset, wallet) - locked);
    assert.equal(free, model.of('free', who, asset, wallet));
  }
}

function ofAccount<T extends { who: number }>(rows: readonly T[], who: number): T[] {
  return rows.filter((row) => row.who === who);
}
