/** A start that cannot use its ports or data folder names the setting to change and leaves nothing behind. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { systemClock } from '../../src/clock/system-clock.ts';
import { RequestMeter } from '../../src/meter/request-meter.ts';
import { createOperatorApi, type OperatorApiParts } from '../../src/operator/operator-api.ts';
import { readConfig } from '../../src/runtime/config.ts';
import { bindCustomerListener } from '../../src/runtime/customer-listener.ts';
import { bindOperatorListener } from '../../src/runtime/operator-listener.ts';
import { environmentWithoutSettings } from '../support/environment.ts';
import { assertInvalidUsage, program, runBursar, startBursar } from './command-line.ts';

const limits = { timeout: 60_000 };
let folder = '';
const taken = createServer();
let port = 0;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bursar-ports-'));
  taken.listen(0, '127.0.0.1');
  await once(taken, 'listening');
  port = (taken.address() as { port: number }).port;
});
after(() => {
  taken.close();
  rmSync(folder, { recursive: true });
});

/** This process listens on the port; only Linux names it. */
const holder = process.platform === 'linux' ? ` by process ${process.pid} \\([^)]+\\)` : '';

/** Expects a usage error, and that no data folder was created. */
async function assertNothingStarted(says: RegExp, ...flags: readonly string[]): Promise<void> {
  const data = join(folder, 'never-made');
  await assertInvalidUsage(says, 'start', '--data', data, ...flags);
  assert.ok(!existsSync(data), 'no data folder');
}

test(
  'a port in use is reported with its holder, option and variable before anything is created',
  limits,
  async () => {
    await assertNothingStarted(
      new RegExp(`Port ${port} is already in use${holder}; choose another with --port or BURSAR_PORT\\.`),
      ...['--port', `${port}`, '--operator-port', '0'],
    );
    await assertNothingStarted(
      new RegExp(
        `Port ${port} is already in use${holder}; choose another with --operator-port or BURSAR_OPERATOR_PORT\\.`,
      ),
      ...['--port', '0', '--operator-port', `${port}`],
    );
  },
);

test(
  'an address of another machine, or an invalid one, is reported with its option and variable',
  limits,
  async () => {
    const free = ['--port', '0', '--operator-port', '0', '--demo', '1'];
    await assertNothingStarted(
      /Address 203\.0\.113\.9 does not belong to this machine; choose another with --host or BURSAR_HOST\./,
      ...[...free, '--host', '203.0.113.9'],
    );
    await assertNothingStarted(
      /Address 203\.0\.113\.9 .* --operator-host or BURSAR_OPERATOR_HOST\./,
      ...[...free, '--operator-host', '203.0.113.9'],
    );
    await assertNothingStarted(
      /Host nowhere\.invalid has no address .* --host or BURSAR_HOST\./,
      ...[...free, '--host', 'nowhere.invalid'],
    );
  },
);

const lowPort = 80;
/** From this port on, everybody may listen. */
const firstOpenPort = () => Number(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8'));
const skip =
  process.platform === 'linux' && firstOpenPort() > lowPort ? false : 'every port is open to everybody';

test('a port that this user may not use is reported with its option and variable', {
  ...limits,
  skip,
}, () => {
  const identity = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const data = join(tmpdir(), 'bursar-never-made');
  for (const [option, other, variable] of [
    ['--port', '--operator-port', 'BURSAR_PORT'],
    ['--operator-port', '--port', 'BURSAR_OPERATOR_PORT'],
  ] as const) {
    const flags = ['start', option, `${lowPort}`, other, '0', '--data', data];
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...flags], {
      env: environmentWithoutSettings(),
      encoding: 'utf8',
      ...identity,
    });
    const says = `bursar: This user is not allowed to use port 80; choose another with ${option} or ${variable}.\n`;
    assert.deepEqual([status, stdout, stderr], [2, '', says]);
    assert.ok(!existsSync(data));
  }
});

test('a data folder in use is left unchanged, and the ports are free again', limits, async () => {
  const data = join(folder, 'in-use');
  const flags = ['start', '--port', '0', '--operator-port', '0', '--data', data] as const;
  const first = startBursar(...flags);
  await first.printed(/^Wallet API/m);
  const names = readdirSync(data).sort();
  await assertInvalidUsage(/Another server is using .*in-use; .* --data or BURSAR_DATA\./, ...flags);
  assert.deepEqual(readdirSync(data).sort(), names);
  first.child.kill('SIGTERM');
  assert.equal((await first.finished).code, 0);
});

test('a start without its database leaves no data folder behind', limits, async () => {
  const data = join(folder, 'no-database');
  const database = 'postgres://nobody@127.0.0.1:1/nothing';
  const flags = ['--port', '0', '--operator-port', '0', '--data', data, '--database-url', database];
  const { code, errors } = await runBursar('start', ...flags, '--log-level', 'silent');
  assert.equal(code, 1, errors);
  assert.ok(!existsSync(data), 'no data folder');
});

test('customers get the error of their dialect while the server starts', limits, async () => {
  const listener = await bindCustomerListener(readConfig(['--port', '0'], {}), systemClock);
  try {
    const bodyOf = async (path: string) => {
      const reply = await fetch(`http://127.0.0.1:${listener.port}${path}`);
      assert.equal(reply.status, 503);
      const { msg, ...body } = (await reply.json()) as { msg: string };
      assert.match(msg, /Please try again/);
      return body;
    };
    const specified = { success: false, code: -1001 };
    const early = bodyOf('/api/v3/ping');
    await listener.route();
    assert.deepEqual(await early, specified, 'a request before there are routes');
    for (const path of ['/wapi/v3/systemStatus.html', '/api/v3/time', '/sapi/v1/asset/assetDividend', '/'])
      assert.deepEqual(await bodyOf(path), specified, path);
    for (const path of ['/sapi/v1/system/status?timestamp=1', '/sapi/v1/unknown', '/sapi'])
      assert.deepEqual(await bodyOf(path), { code: -1001 }, path);
  } finally {
    await listener.close();
  }
});

test('a start that fails before there are routes does not wait for its requests', async () => {
  const listener = await bindCustomerListener(readConfig(['--port', '0'], {}), systemClock);
  const client = connect(listener.port, '127.0.0.1', () => client.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'));
  client.on('error', () => {});
  const ended = once(client, 'close');
  await pause(200);
  // Requests that can be answered get ten seconds.
  const closed = listener.close().then(() => 'closed');
  assert.equal(await Promise.race([closed, pause(5000, undefined, { ref: false })]), 'closed');
  await ended;
});

test(
  'a server that listens before it can serve answers 503, and the probes report that it is starting',
  limits,
  async () => {
    const args = ['--operator-port', '0'];
    const listener = await bindOperatorListener(readConfig(args, {}), systemClock);
    try {
      await listener.route();
      const ask = async (path: string) => {
        const reply = await fetch(`http://127.0.0.1:${listener.port}${path}`);
        return { status: reply.status, text: await reply.text() };
      };
      assert.deepEqual(await ask('/health'), { status: 200, text: '{"status":"ok"}' });
      assert.deepEqual(await ask('/ready'), { status: 503, text: '{"status":"starting"}' });
      const { status, text } = await ask('/operator/v1/accounts');
      assert.deepEqual([status, JSON.parse(text).code], [503, -1001]);
      const meter = new RequestMeter([], { now: () => 0 });
      const parts = { openApi: () => 'served', meter };
      listener.serve(createOperatorApi(parts as unknown as OperatorApiParts));
      assert.deepEqual(await ask('/openapi.json'), { status: 200, text: 'served' });
      assert.equal((await ask('/operator/v1/accounts')).status, 401);
    } finally {
      await listener.close();
    }
  },
);
