/** Committing, notifying and replying are separate steps: a failure after COMMIT never repeats a command. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { commands } from '../../../src/command/registry.ts';
import type { ChangeListener } from '../../../src/store/change-listener.ts';
import type { Execution } from '../../../src/store/port.ts';
import { faultyCommands } from '../../property/faulty-commands.ts';
import { amountOf, buildModelWorld } from '../../property/model-world.ts';
import { assertLedgerBalances } from '../../support/ledger-checks.ts';
import { operator } from '../../support/world-plan.ts';
import { adjust, throwing } from './orders.ts';
import { kindOf, runAll } from './raw.ts';
import { conformance, shared } from './stores.ts';

const bug = new Error('a bug of the listener');

/** Throws at `times` calls, starting with call number `from`. */
function failing(from: number, times: number) {
  const reported: unknown[] = [];
  let calls = 0;
  const listener: ChangeListener = {
    onChanged() {
      calls += 1;
      if (calls >= from && calls < from + times) throw bug;
    },
    onListenerError: (error) => void reported.push(error),
  };
  return { listener, reported, calls: () => calls };
}

const putPrice = (units: bigint): Execution => ({
  command: commands.putPrice,
  input: { operator, asset: 'BTC', price: amountOf(units, 'BTC') },
});
const email = 'late@example.com';
const openAccount: Execution = { command: commands.openAccount, input: { operator, email } };
const creditOpened: Execution = {
  command: commands.adjustBalance,
  input: { operator, email, asset: 'BTC', amount: amountOf(1n, 'BTC'), direction: 'credit' },
};

const batches: readonly (readonly [what: string, batch: readonly Execution[]])[] = [
  ['of one', [adjust(0, 1n)]],
  ['of many', [adjust(0, 1n), adjust(0, 1n), adjust(1, 1n)]],
  ['with a change of reference data', [putPrice(7n), adjust(0, 1n)]],
  ['of reference data alone', [putPrice(9n)]],
  ['with commands that look up what the ones before them opened', [openAccount, creditOpened, openAccount]],
  ['with a command that fails', [adjust(0, 1n), throwing, adjust(1, 1n)]],
  ...[...faultyCommands].map(
    ([what, command]) =>
      [`in which the store refuses ${what}`, [adjust(0, 1n), { command, input: 1 }, adjust(1, 1n)]] as const,
  ),
];

for (const times of [1, Number.POSITIVE_INFINITY]) {
  for (const [what, batch] of batches) {
    const often = times === 1 ? 'once' : 'always';
    conformance(
      `a listener that throws ${often} never makes a commit happen twice: a batch ${what}`,
      async (site, quiet) => {
        await buildModelWorld(quiet);
        const { listener, reported, calls } = failing(1, times);
        const store = await site.open(listener);
        const before = (await quiet.reads.rows('transfers', {})).length;
        const trail = (await quiet.reads.rows('audit', {})).length;
        const outcomes = await store.execute(batch);
        const isBroken = ({ command }: Execution) => ['faulty', 'throwing'].includes(command.name);
        const kinds = batch.map((execution, index) => {
          if (isBroken(execution)) return 'bug';
          return execution === openAccount && index > 0 ? 'account-exists' : 'done';
        });
        assert.deepEqual(outcomes.map(kindOf), kinds);
        const credits = batch.filter(({ command }) => command === commands.adjustBalance).length;
        const done = kinds.filter((kind) => kind === 'done').length;
        assert.equal((await quiet.reads.rows('transfers', {})).length, before + credits);
        assert.equal((await quiet.reads.rows('audit', {})).length, trail + done);
        assert.ok(calls() >= 1);
        assert.deepEqual(reported, Array(Math.min(times, calls())).fill(bug));
        await assertLedgerBalances(quiet);
        // The store keeps working; whether the process continues is decided elsewhere.
        await runAll(store, [adjust(0, 1n)]);
        assert.equal((await quiet.reads.rows('transfers', {})).length, before + credits + 1);
      },
      shared,
    );
  }
}

conformance(
  'a listener that throws for a change of another process is reported, and the store keeps working',
  async (site, other) => {
    await buildModelWorld(other);
    const events = new EventTarget();
    const reported = once(events, 'reported', { signal: AbortSignal.timeout(5000) });
    const store = await site.open({
      onChanged() {
        throw bug;
      },
      onListenerError: () => events.dispatchEvent(new Event('reported')),
    });
    await runAll(other, [putPrice(7n)]);
    await reported;
    assert.equal(store.catalog().prices.get('BTC'), '0.00000007');
    await runAll(store, [adjust(0, 1n)]);
    assert.equal((await other.reads.rows('transfers', {})).length, 1);
  },
  ['PostgreSQL'],
);
