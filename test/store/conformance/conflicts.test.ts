/**
 * Commands that conflict with another process are decided again until their time is over. It is a bug only if a row
 * that nobody wrote meanwhile causes a conflict twice.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commands } from '../../../src/command/registry.ts';
import type { Command, Execution, Store } from '../../../src/store/port.ts';
import { PostgresStore } from '../../../src/store/postgres/postgres-store.ts';
import { buildModelWorld } from '../../property/model-world.ts';
import { joinTestCluster } from '../../support/database.ts';
import { assertLedgerBalances } from '../../support/ledger-checks.ts';
import { clockReading } from '../../support/manual-clock.ts';
import { skipWithoutPostgres } from '../../support/postgres.ts';
import { TcpProxy } from '../../support/tcp-proxy.ts';
import { operator } from '../../support/world-plan.ts';
import { adjust } from './orders.ts';
import { banOf, banRow, kindOf, run, writing } from './raw.ts';
import { openSite } from './stores.ts';

const options = { skip: skipWithoutPostgres };

type Setup = {
  /** Commits only after the other process has acted. */
  readonly store: Store;
  /** The other process. */
  readonly other: Store;
  /**
   * Runs `act` before each commit of `store`, whose decision is made by then. The statements must have been executed
   * once, so that the writes are sent together with COMMIT. @returns a function that returns the number of commits.
   */
  beforeCommits(act: (attempt: number) => Promise<unknown> | undefined): () => number;
};

async function play(work: (setup: Setup) => Promise<void>, retryMs = 5000): Promise<void> {
  const site = await openSite('PostgreSQL');
  const { port } = await joinTestCluster();
  const proxy = new TcpProxy(port);
  const url = site.location.replace(`${port}`, `${await proxy.start()}`);
  let randoms = 0;
  const randomHex = () => `c${++randoms}`.padStart(20, '0');
  try {
    const other = await site.open();
    const store = await PostgresStore.open({
      url,
      clock: clockReading(() => 1_700_000_000_000),
      randomHex,
      retryMs,
      connections: 1,
    });
    const beforeCommits: Setup['beforeCommits'] = (act) => {
      let attempts = 0;
      proxy.beforeRequest = async (bytes) => {
        if (bytes.includes('COMMIT')) await act(++attempts);
      };
      return () => attempts;
    };
    await work({ store, other, beforeCommits }).finally(() => store.close());
  } finally {
    proxy.stop();
    await site.close();
  }
}

const keys = ['::a', '::b', '::c', '::d', '::e', '::f'];

/** Inserts the missing ones of the given bans. */
const insertMissing: Command<object, number> = {
  name: 'insert-missing',
  prefetch: [() => keys.map(banOf)],
  decide(_input, rows) {
    const missing = keys.filter((ip) => rows.one(banOf(ip)) === undefined);
    return {
      reply: missing.length,
      writes: missing.map((ip) => ({ insert: 'bans' as const, row: banRow(ip, 2) })),
    };
  },
};
const insert = (ip: string) => writing({ insert: 'bans', row: banRow(ip) });

test(
  'a command that conflicts with another process repeatedly, each time on another row, succeeds',
  options,
  () =>
    play(async ({ store, other, beforeCommits }) => {
      const command = { command: insertMissing, input: {} };
      await run(store, command);
      await run(other, writing(...keys.map((ip) => ({ delete: 'bans' as const, key: { ip } }))));
      const attempts = beforeCommits((attempt) => {
        const ip = keys[attempt - 1];
        return ip === undefined || ip === '::f' ? undefined : run(other, insert(ip));
      });
      const [outcome] = await store.execute([command]);
      assert.deepEqual(outcome, { done: 1 });
      assert.equal(attempts(), 6);
      const rows = await other.reads.rows('bans', {});
      assert.deepEqual(
        rows.map(({ ip, offences }) => `${ip}${offences}`),
        ['::a1', '::b1', '::c1', '::d1', '::e1', '::f2'],
      );
    }),
);

test('a second conflict on a row that nobody else wrote is a bug of that command only', options, () =>
  play(async ({ store, other, beforeCommits }) => {
    await buildModelWorld(other);
    await run(store, insert('::a'));
    const attempts = beforeCommits(() => undefined);
    assert.deepEqual((await store.execute([insert('::a')])).map(kindOf), ['bug']);
    assert.equal(attempts(), 2);
    const kinds = (await store.execute([insert('::b'), insert('::a'), adjust(0, 1n)])).map(kindOf);
    assert.deepEqual(kinds, ['done', 'bug', 'done']);
    await assertLedgerBalances(other);
  }),
);

test('the same applies to a unique column other than the key', options, () =>
  play(async ({ store, other }) => {
    const [master = 0] = await buildModelWorld(other);
    const taken = await other.reads.row('accounts', { id: master });
    const copy = writing({ insert: 'accounts', row: { ...taken!, id: 5 } });
    assert.deepEqual((await store.execute([copy])).map(kindOf), ['bug']);
  }),
);

test(
  'an account that another process opens concurrently is a conflict for the operator, not a bug',
  options,
  () =>
    play(async ({ store, other, beforeCommits }) => {
      const openFor = (email: string): Execution => ({
        command: commands.openAccount,
        input: { operator, email },
      });
      await run(store, openFor('earlier@example.com'));
      const open = openFor('a@example.com');
      const attempts = beforeCommits((attempt) => (attempt === 1 ? run(other, open) : undefined));
      assert.deepEqual((await store.execute([open])).map(kindOf), ['account-exists']);
      assert.equal(attempts(), 1);
      assert.equal((await other.reads.rows('accounts', {})).length, 2);
    }),
);

test(
  'a command whose row others rewrite before each attempt times out as not done, not as a bug',
  options,
  () =>
    play(async ({ store, other, beforeCommits }) => {
      await run(store, insert('::a'));
      const rewrite = () =>
        run(
          other,
          writing({ delete: 'bans', key: { ip: '::a' } }, { insert: 'bans', row: banRow('::a', 3) }),
        );
      const attempts = beforeCommits(rewrite);
      assert.deepEqual((await store.execute([insert('::a')])).map(kindOf), ['not-done']);
      assert.ok(attempts() > 2, `${attempts()} attempts`);
      const rows = await other.reads.rows('bans', {});
      assert.deepEqual(
        rows.map(({ offences }) => offences),
        [3],
      );
    }, 500),
);
