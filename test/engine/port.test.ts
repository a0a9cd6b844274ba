/** Guarantees of every implementation of the engine port. */
import assert from 'node:assert/strict';
import { reject } from '../../src/contract/errors.ts';
import type { EngineListener, EnginePort } from '../../src/engine/engine-port.ts';
import { reportOn } from '../../src/maintenance/integrity-report.ts';
import type { NamedChanges } from '../../src/store/cached-changes.ts';
import { StoreFault } from '../../src/store/port.ts';
import type { TableName } from '../../src/store/tables.ts';
import { eventually } from '../support/eventually.ts';
import { done } from '../support/world.ts';
import { asset, decimal, network, operator } from '../support/world-plan.ts';
import { onEveryEngine } from './engines.ts';

const sky = asset('SKY', [network('SKY', 'opaque')]);
const emailOf = (name: string) => `${name}@example.com`;
const open = (engine: EnginePort, name: string) =>
  engine.commands.submit('openAccount', { operator, email: emailOf(name) });

/** Opens an account with 100 SKY. @returns its id. */
async function openFunded({ commands }: EnginePort, name: string): Promise<number> {
  const email = emailOf(name);
  await done(commands.submit('putAsset', { operator, asset: sky }));
  const { id } = await done(commands.submit('openAccount', { operator, email }));
  const amount = decimal('100');
  await done(
    commands.submit('adjustBalance', { operator, email, asset: 'SKY', amount, direction: 'credit' }),
  );
  return id;
}

const withdraw = ({ commands }: EnginePort, accountId: number) =>
  commands.submit('submitWithdrawal', { accountId, asset: 'SKY', address: 'far-away', amount: decimal('1') });

onEveryEngine(
  'a change is announced before its outcome, and every later read sees it',
  async ({ open: start }) => {
    const events: string[] = [];
    const engine = await start({ onChanged: (tables) => events.push(tables.toSorted().join()) });
    assert.equal(engine.catalog().assets.get('SKY'), undefined);
    const price = { operator, asset: 'SKY', price: decimal('2') };
    const outcomes = [
      engine.commands.submit('putAsset', { operator, asset: sky }),
      engine.commands.submit('putPrice', price),
    ].map((outcome) => outcome.then((answer) => events.push(Object.keys(answer).join())));
    await Promise.all(outcomes);
    assert.match(events[0] ?? '', /assets/);
    assert.deepEqual(events.slice(-1), ['done']);
    assert.equal(engine.catalog().assets.get('SKY')?.scale, 8);
    assert.equal(await engine.reads.row('accounts', { email: emailOf('ann') }), undefined);
    const { id } = await done(open(engine, 'ann'));
    assert.equal((await engine.reads.row('accounts', { email: emailOf('ann') }))?.id, id);
  },
);

onEveryEngine('outcomes wait for what the listener returns', async ({ open: start }) => {
  const events: string[] = [];
  const noted = Promise.withResolvers<void>();
  const engine = await start({
    async onChanged(tables) {
      if (!tables.includes('accounts')) return;
      events.push('announced');
      await noted.promise;
      events.push('noted');
    },
  });
  const outcome = open(engine, 'ann').then(() => events.push('answered'));
  await eventually(
    async () => events.length,
    (count) => count > 0,
  );
  // Questions are answered meanwhile.
  await engine.figures();
  assert.deepEqual(events, ['announced']);
  noted.resolve();
  await outcome;
  assert.deepEqual(events, ['announced', 'noted', 'answered']);
});

onEveryEngine('every command of a turn has its own outcome', async ({ open: start }) => {
  const engine = await start();
  const submittedBefore = engine.submittedCommands();
  const names = Array.from({ length: 130 }, (_, index) => (index % 4 === 3 ? '' : `number-${index}`));
  const opening = names.map((name) => open(engine, name));
  const late = engine.commands.submit('openAccount', { operator, email: emailOf('late') }, 1);
  assert.equal(engine.waitingCommands(), names.length + 1);
  assert.equal(engine.submittedCommands(), submittedBefore + names.length + 1);
  const outcomes = await Promise.all(opening);
  assert.deepEqual(await late, reject('deadline-passed'));
  assert.equal(engine.waitingCommands(), 0);
  const emails = outcomes.map((outcome) => ('done' in outcome ? outcome.done.email : null));
  const expected = names.map((name) => (name === '' ? null : emailOf(name)));
  assert.deepEqual(emails, expected);
  const { commands } = await engine.figures();
  const counted = commands.filter(([name]) => name === 'account-open').map(([, ...rest]) => rest);
  assert.deepEqual(Object.fromEntries(counted), { done: 98, rejected: 33 });
});

onEveryEngine('workers and chains: a withdrawal is sent and confirmed', async ({ open: start }) => {
  const engine = await start();
  const { id } = await done(withdraw(engine, await openFunded(engine, 'ann')));
  const stage = async () => (await engine.reads.row('withdrawals', { id }))?.stage;
  let height = 0;
  // It is stored as broadcast before the chain has it, so the first block may come too early.
  const mine = async () => {
    height = await engine.chainService.mineBlocks('SKY', 1);
    return stage();
  };
  await eventually(mine, (seen) => seen === 'completed');
  const heights = (await engine.chainService.heights()).map((each) => ({ ...each }));
  assert.deepEqual(heights, [{ network: 'SKY', height }]);
  assert.deepEqual([await engine.leases.hold('a task'), await engine.leases.processes()], [true, 1]);
  await engine.leases.release('a task');
});

onEveryEngine('a snapshot shows one moment, and its books balance', async ({ open: start }) => {
  const engine = await start();
  const accountId = await openFunded(engine, 'ann');
  const snapshot = await engine.openSnapshot();
  await done(withdraw(engine, accountId));
  await done(open(engine, 'ben'));
  assert.deepEqual(await snapshot.reads.rows('withdrawals', {}), []);
  assert.equal(await snapshot.reads.row('accounts', { email: emailOf('ben') }), undefined);
  assert.equal(snapshot.catalog.assets.get('SKY')?.scale, 8);
  const before = await reportOn(snapshot);
  const after = await reportOn(await engine.openSnapshot());
  assert.deepEqual([before.ok, after.ok, before.transfers + 1 <= after.transfers], [true, true, true]);
  await done(open(engine, 'cleo'));
});

onEveryEngine('closing completes commands in progress and refuses later ones', async ({ open: start }) => {
  const engine = await start();
  const early = open(engine, 'ann');
  const closed = engine.close();
  const refused = open(engine, 'ben');
  await closed;
  await engine.close();
  assert.ok('done' in (await early));
  const stopped = { fault: 'not-done', message: 'the engine is closed' };
  assert.deepEqual([await refused, await open(engine, 'cleo')], [stopped, stopped]);
  await assert.rejects(engine.chainService.heights(), new StoreFault('not-done', stopped.message));
});

onEveryEngine(
  'commits are still there when the store is opened again',
  async ({ open: start }) => {
    const first = await start();
    const { id } = await done(open(first, 'ann'));
    await first.close();
    const second = await start();
    assert.equal((await second.reads.row('accounts', { email: emailOf('ann') }))?.id, id);
  },
  { durable: true },
);

const bug = new Error('a bug of the listener');
const failures: Readonly<Record<string, EngineListener['onChanged']>> = {
  throws: () => {
    throw bug;
  },
  rejects: () => Promise.reject(bug),
};

for (const [how, fail] of Object.entries(failures)) {
  onEveryEngine(
    `if the listener ${how}, commands are answered as done, then the bug is reported`,
    async ({ open: start }) => {
      const events: string[] = [];
      const reported = Promise.withResolvers<void>();
      const engine = await start({
        onChanged: (tables: readonly TableName[], named: NamedChanges) =>
          tables.includes('accounts') ? fail(tables, named) : undefined,
        onFatal: (error) => {
          events.push(error.message);
          reported.resolve();
        },
      });
      events.push('done' in (await open(engine, 'ann')) ? 'done' : 'failed');
      await reported.promise;
      assert.deepEqual(events, ['done', bug.message]);
    },
  );
}

onEveryEngine(
  'if the engine dies, waiting commands have an unknown outcome, and its owner decides what that means',
  async ({ open: start }) => {
    const deaths: string[] = [];
    const died = Promise.withResolvers<void>();
    const engine = await start({
      onFatal: (error) => {
        deaths.push(error.message);
        died.resolve();
      },
    });
    await done(open(engine, 'ann'));
    // No command has this name; only a bug can ask for it.
    const deadly = engine.commands.submit('noSuchCommand' as 'openAccount', { operator, email: '' });
    await died.promise;
    assert.deepEqual(await deadly, { fault: 'unknown', message: 'the engine has died' });
    const dead = { fault: 'not-done', message: 'the engine has died' };
    assert.deepEqual(await open(engine, 'ben'), dead);
    await assert.rejects(engine.figures(), new StoreFault('not-done', dead.message));
    await engine.close();
    assert.equal(deaths.length, 1);
    assert.match(deaths[0] ?? '', /undefined/);
  },
);
