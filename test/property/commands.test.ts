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
import type { Store } from '../../src/store/port.ts';
import { PostgresStore } from '../../src/store/postgres/postgres-store.ts';
import { joinTestCluster } from '../support/database.ts';
import { DeclaredOnlyStore } from '../support/declared-lookups.ts';
import { assertCustodyMatches, assertLedgerBalances } from '../support/ledger-checks.ts';
import { clockReading } from '../support/manual-clock.ts';
import { skipWithoutPostgres } from '../support/postgres.ts';
import { checkProperty } from '../support/seed.ts';
import { allRuleTurns, ruleChecks } from './account-rule-turns.ts';
import { Model, type RuleCheck } from './model.ts';
import { assertSame } from './model-check.ts';
import { buildModelWorld, masters, terms } from './model-world.ts';
import { openingSteps } from './opening-steps.ts';
import { type PlanContext, planStep } from './step-plans.ts';
import { type Step, type Turn, turns } from './steps.ts';
import { StreamCheck } from './stream-check.ts';

type TestTime = { ms: number };
/** Opens a store. A store that is not durable is never reopened. */
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
    await playBatch(store, openingSteps, context);
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
