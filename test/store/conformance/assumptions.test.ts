/**
 * A prefetch stage may assume that rows do not exist. If that is wrong, the command is decided again with the rows
 * that it needs.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Command, Execution, Lookup, Store } from '../../../src/store/port.ts';
import { PostgresStore } from '../../../src/store/postgres/postgres-store.ts';
import { joinTestCluster } from '../../support/database.ts';
import { clockReading } from '../../support/manual-clock.ts';
import { skipWithoutPostgres } from '../../support/postgres.ts';
import { TcpProxy } from '../../support/tcp-proxy.ts';
import { banOf, banRow, run, runAll, writing } from './raw.ts';
import { conformance, openSite } from './stores.ts';

const following = '::f';

/** Counts the rows that it finds of a ban assumed not to exist, and of the ban that follows from it. */
const count: Command<string, string> = {
  name: 'count',
  prefetch: [
    (ip) => [banOf(ip)],
    (ip, rows) => {
      const assumed: Lookup<'bans'> = { ...banOf(ip), assume: 'none' };
      return rows.one(assumed) === undefined ? [] : [banOf(following)];
    },
  ],
  decide(ip, rows) {
    const found = rows.one(banOf(ip));
    const next = found && rows.one(banOf(following));
    const writes = [{ insert: 'bans' as const, row: banRow(`${ip}-counted`) }];
    return { reply: `${found?.offences ?? 0} ${next?.offences ?? 0}`, writes };
  },
};
const counting = (ip: string): Execution => ({ command: count, input: ip });
const bans = [
  { insert: 'bans' as const, row: banRow('::b', 2) },
  { insert: 'bans' as const, row: banRow(following, 3) },
];

conformance('a decision is right whether its assumption holds or not', async (site) => {
  const store = await site.open();
  await run(store, writing(...bans));
  const batch = ['::a', '::b', '::c', '::d'].map(counting);
  assert.deepEqual(await runAll(store, batch), ['0 0', '2 3', '0 0', '0 0']);
  // The first command of a batch is tested too: it has nothing to commit before it.
  await run(store, writing({ delete: 'bans', key: { ip: '::b-counted' } }));
  assert.equal(await run(store, counting('::b')), '2 3');
});

test('a right assumption saves a round trip; after a wrong one, nothing is assumed for some time', {
  skip: skipWithoutPostgres,
}, async () => {
  const site = await openSite('PostgreSQL');
  const { port } = await joinTestCluster();
  const proxy = new TcpProxy(port);
  const url = site.location.replace(`${port}`, `${await proxy.start()}`);
  let randoms = 0;
  const randomHex = () => `a${++randoms}`.padStart(20, '0');
  let store: Store | undefined;
  let seen: string[] = [];
  proxy.beforeRequest = async (bytes) => void seen.push(kindOfRequest(`${bytes}`));
  const requestsOf = async (ip: string) => {
    seen = [];
    await run(store as Store, counting(ip));
    return seen.filter((kind) => kind !== '').join(' ');
  };
  try {
    const clock = clockReading(() => 1_700_000_000_000);
    store = await PostgresStore.open({ url, clock, randomHex, connections: 1 });
    await run(store, writing(...bans));
    await requestsOf('::1');
    assert.equal(await requestsOf('::2'), 'begin commit');
    assert.equal(await requestsOf('::b'), 'begin read begin commit');
    assert.equal(await requestsOf('::3'), 'read begin commit');
  } finally {
    await store?.close();
    proxy.stop();
    await site.close();
  }
});

function kindOfRequest(text: string): string {
  if (text.includes('BEGIN')) return 'begin';
  if (text.includes('COMMIT')) return 'commit';
  // A prepared statement is sent by its name, so only the address that it looks up identifies it.
  return text.includes('::') ? 'read' : '';
}
