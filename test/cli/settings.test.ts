/** Command-line messages about settings that are invalid, misspelt, or must be given explicitly. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { assertInvalidUsage, startBursarWith } from './command-line.ts';

const limits = { timeout: 60_000 };
let folder = '';
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'bursar-settings-'));
});
after(() => rmSync(folder, { recursive: true }));

const startFlags = (data: string) => ['start', '--port', '0', '--operator-port', '0', '--data', data];

test(
  'production without BURSAR_CHAINS starts, has no simulated network, and refuses a database with one',
  limits,
  async () => {
    const data = join(folder, 'production');
    const define = async (variables: NodeJS.ProcessEnv) => {
      const running = startBursarWith({ BURSAR_DEMO: '0', ...variables }, ...startFlags(data));
      const [, url = ''] = await running.printed(/^Operator API +(http:\S+?)\/operator/m);
      const token = readFileSync(join(data, 'operator-token'), 'utf8').trim();
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const put = async (path: string, body: object) =>
        (await fetch(`${url}${path}`, { method: 'PUT', headers, body: JSON.stringify(body) })).status;
      const statuses = [
        await put('/operator/v1/networks/HAND', { addressFormat: 'opaque', connector: 'manual' }),
        await put('/operator/v1/networks/ETH', { addressFormat: 'evm' }),
        await put('/operator/v1/assets/BTC', { networks: [{ network: 'BTC' }] }),
      ];
      running.child.kill('SIGTERM');
      assert.equal((await running.finished).code, 0);
      return statuses;
    };
    assert.deepEqual(await define({}), [200, 409, 409]);
    assert.deepEqual((await define({ BURSAR_CHAINS: 'simulated' })).slice(1), [200, 200]);
    await assertInvalidUsage(
      /networks BTC, ETH are simulated: nobody holds keys.*BURSAR_CHAINS=simulated \(--chains simulated\)/,
      ...startFlags(data),
      '--demo',
      '0',
    );
  },
);

/** Addresses of this machine on which a listener on 127.0.0.1 and ::1 does not answer. */
function otherAddresses(): readonly string[] {
  const outer = Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address);
  // On Linux, all of 127.0.0.0/8 belongs to this machine.
  return process.platform === 'linux' ? ['127.0.0.2', ...outer] : outer;
}

test(
  'serving the demo world beyond loopback must be requested, and the operator API stays on loopback',
  limits,
  async () => {
    const data = join(folder, 'beyond');
    await assertInvalidUsage(
      /demo world.*BURSAR_DEMO=1 \(--demo 1\).*BURSAR_DEMO=0 \(--demo 0\)/,
      ...startFlags(data),
      '--host',
      '0.0.0.0',
    );
    assert.ok(!existsSync(data));
    const running = startBursarWith({ BURSAR_HOST: '0.0.0.0', BURSAR_DEMO: '1' }, ...startFlags(data));
    const [, port] = await running.printed(/^Wallet API +http:\/\/0\.0\.0\.0:(\d+) /m);
    const [, operatorPort] = await running.printed(/^Operator API +http:\/\/127\.0\.0\.1:(\d+)\//m);
    assert.equal((await fetch(`http://127.0.0.1:${operatorPort}/health`)).status, 200);
    for (const address of otherAddresses()) {
      assert.equal((await fetch(`http://${address}:${port}/api/v3/ping`)).status, 200, address);
      await assert.rejects(fetch(`http://${address}:${operatorPort}/health`), address);
    }
    running.child.kill('SIGTERM');
    assert.equal((await running.finished).code, 0);
  },
);

test(
  'every verb of the command line reports a misspelt or misused option in one line with the rule',
  limits,
  async () => {
    await assertInvalidUsage(/no option --prot; did you mean --port\?/, 'start', '--prot', '1');
    await assertInvalidUsage(/--block-ms must be a whole number from 0 to/, 'start', '--block-ms', '-1');
    await assertInvalidUsage(/--port needs a value/, 'start', '--port');
    await assertInvalidUsage(/--port must be .*'abc'/, 'start', '--port=abc');
    await assertInvalidUsage(/no option --jsn; did you mean --json\?/, 'verify', '--jsn');
    await assertInvalidUsage(/--json takes no value, not 'true'/, 'verify', '--json=true');
    await assertInvalidUsage(/--data needs a value/, 'verify', '--data');
    await assertInvalidUsage(/--force takes no value, not '1'/, 'backup', 'x', '--force=1');
    await assertInvalidUsage(/unexpected argument 'y'/, 'backup', 'x', 'y');
    await assertInvalidUsage(/backup needs the name of a FILE/, 'backup');
    await assertInvalidUsage(/--to needs a value/, 'migrate', '--to');
    await assertInvalidUsage(/no option --too; did you mean --to\?/, 'migrate', '--too', 'x');
    await assertInvalidUsage(/no option --port; this verb has none/, 'demo', '--port', '1');
    for (const [verb, wrong, meant] of [
      ['start', '--operator-prot', '--operator-port'],
      ['start', '--Port', '--port'],
      ['start', '-port', '--port'],
      ['verify', '--databse-url', '--database-url'],
      ['verify', '--dta', '--data'],
      ['backup', '--froce', '--force'],
      ['backup', '--dat', '--data'],
      ['migrate', '--form', '--from'],
      ['migrate', '--jsno', '--json'],
    ] as const) {
      const says = new RegExp(`no option ${wrong}; did you mean ${meant}\\?`);
      await assertInvalidUsage(says, verb, wrong, 'x');
    }
    for (const [wrong, meant] of [
      ['strat', 'start'],
      ['verfy', 'verify'],
      ['back-up', 'backup'],
      ['migrat', 'migrate'],
      ['dmeo', 'demo'],
      ['hlep', 'help'],
      ['version', '--version'],
      ['--verison', '--version'],
    ] as const) {
      await assertInvalidUsage(new RegExp(`no verb '${wrong}'; did you mean ${meant}\\?`), wrong);
    }
    await assertInvalidUsage(/no verb 'strat'; did you mean start\?/, 'help', 'strat');
  },
);

test('an unknown variable causes a warning with its name, and the start continues', limits, async () => {
  const data = join(folder, 'misspelt');
  const running = startBursarWith({ BURSAR_PROT: '9000' }, ...startFlags(data));
  await running.printed(/^Wallet API/m);
  running.child.kill('SIGTERM');
  const { code, errors } = await running.finished;
  assert.equal(code, 0);
  assert.match(errors, /^bursar: warning: there is no setting BURSAR_PROT; did you mean BURSAR_PORT\?$/m);
  const verified = await startBursarWith({ BURSAR_DAT: 'x' }, 'verify', '--data', data).finished;
  assert.equal(verified.code, 0);
  assert.match(verified.errors, /no setting BURSAR_DAT; did you mean BURSAR_DATA\?/);
});
