import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { request as sendRequest } from 'node:http';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { signQuery } from '../support/exchange.ts';
import { skipWithoutPostgres } from '../support/postgres.ts';
import { skipWithoutRedis } from '../support/redis.ts';
import { StreamClient } from '../support/stream-client.ts';

const limits = { timeout: 90_000, skip: skipWithoutPostgres || skipWithoutRedis };
const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'bursar-clusters-'));
// PostgreSQL may run as another user, who must be able to pass through it.
chmodSync(folder, 0o711);
after(() => rmSync(folder, { recursive: true, force: true }));

/** Starts the npm command in its own process group, as a terminal would. */
function startCommand(flags: readonly string[], environment: NodeJS.ProcessEnv = {}): ChildProcess {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const [program, ...args] = scripts.cluster.split(' ') as string[];
  assert.equal(program, 'node');
  const own = Object.entries(process.env).filter(([name]) => !/^BURSAR_|_URL$/.test(name));
  return spawn(process.execPath, [...args, ...flags], {
    cwd: root,
    detached: true,
    env: { ...Object.fromEntries(own), TMPDIR: folder, ...environment },
  });
}

async function finish(child: ChildProcess): Promise<{ code: number; output: string; errors: string }> {
  const streams = [text(child.stdout as NodeJS.ReadableStream), text(child.stderr as NodeJS.ReadableStream)];
  const [[code], output = '', errors = ''] = await Promise.all([once(child, 'close'), ...streams]);
  return { code, output, errors };
}

const leftBehind = () => readdirSync(folder).filter((name) => name.startsWith('bursar-'));

type Addresses = {
  readonly url: string;
  readonly servers: readonly { readonly name: string; readonly operatorUrl: string; readonly pid: number }[];
  readonly operatorToken: string;
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly demo: { readonly apiKey: string; readonly secretKey: string };
};
let child: ChildProcess;
let addresses: Addresses;

before(
  async () => {
    if (limits.skip) return;
    child = startCommand(['--json', '--port', '0']);
    child.stderr?.pipe(process.stderr);
    for await (const line of (child.stdout as NodeJS.ReadableStream).setEncoding('utf8')) {
      addresses = JSON.parse(`${line}`);
      break;
    }
  },
  { timeout: limits.timeout },
);
after(() => {
  // Stop it in any case.
  if (child?.exitCode === null) child.kill('SIGTERM');
});

async function signed(method: string, path: string, query = ''): Promise<Response> {
  const { url, demo } = addresses;
  const target = `${url}${path}?${signQuery(demo, query)}`;
  return fetch(target, { method, headers: { 'X-MBX-APIKEY': demo.apiKey } });
}

async function serversThatAnswer(requests: number): Promise<Set<string | null>> {
  const names = new Set<string | null>();
  for (let each = 0; each < requests; each += 1) {
    const response = await signed('GET', '/wapi/v3/accountStatus.html');
    assert.equal(response.status, 200, await response.text());
    names.add(response.headers.get('x-served-by'));
  }
  return names;
}

test('signed requests through the balancer reach both servers', limits, async () => {
  assert.deepEqual([...(await serversThatAnswer(4))].sort(), ['server 1', 'server 2']);
});

test('both servers accept the printed operator token and see the same data', limits, async () => {
  const query = 'asset=ETH&address=0x6915f16f8791d0a1cc2bf47c13a6b2a92000504b&amount=1&withdrawOrderId=first';
  const receipts: string[] = [];
  for (const _ of addresses.servers) {
    const response = await signed('POST', '/wapi/v3/withdraw.html', query);
    const body = (await response.json()) as { id: string };
    receipts.push(body.id);
  }
  assert.equal(receipts[0], receipts[1]);
  for (const { operatorUrl } of addresses.servers) {
    const headers = { authorization: `Bearer ${addresses.operatorToken}` };
    const books = await fetch(`${operatorUrl}/operator/v1/integrity`, { headers });
    assert.equal(((await books.json()) as { ok: boolean }).ok, true);
  }
});

test('a balance stream through the balancer shows what either server does', limits, async () => {
  const stream = await StreamClient.open(addresses);
  const subscribed = await stream.signed(addresses.demo, 'userDataStream.subscribe.signature');
  assert.equal(subscribed.status, 200, JSON.stringify(subscribed));
  const query = 'coin=ETH&address=0x6915f16f8791d0a1cc2bf47c13a6b2a92000504b&amount=1';
  for (const _ of addresses.servers) {
    const response = await signed('POST', '/sapi/v1/capital/withdraw/apply', query);
    assert.equal(response.status, 200, await response.text());
  }
  const updates = (await stream.received(4)).filter(({ event }) => event.e === 'balanceUpdate');
  assert.deepEqual(
    updates.map(({ event: { a, d } }) => [a, Number(d)]),
    [
      ['ETH', -1],
      ['ETH', -1],
    ],
  );
  await stream.close();
});

test('the weight of a request counts for its client, whatever address it claims', limits, async () => {
  const weights: (string | string[] | undefined)[] = [];
  for (const claimed of ['203.0.113.1', '203.0.113.2']) {
    const headers = { 'x-forwarded-for': claimed };
    const target = `${addresses.url}/wapi/v3/systemStatus.html`;
    const sent = sendRequest(target, { localAddress: '127.0.0.77', headers }).end();
    const [response] = await once(sent, 'response');
    response.resume();
    weights.push(response.headers['x-mbx-used-weight']);
  }
  assert.deepEqual(weights, ['1', '2']);
});

test('when a server is killed, requests continue and it comes back', limits, async () => {
  const [first] = addresses.servers as [Addresses['servers'][number]];
  process.kill(first.pid, 'SIGKILL');
  assert.ok((await serversThatAnswer(10)).has('server 2'));
  const giveUpAt = performance.now() + 30_000;
  // For a while only the other one answers, without failures.
  while ((await serversThatAnswer(4)).size < 2) {
    assert.ok(performance.now() < giveUpAt, 'the server did not come back');
    await pause(100);
  }
});

test('when a server is stopped gracefully, no request fails and it comes back', limits, async () => {
  const [, second] = addresses.servers as [unknown, Addresses['servers'][number]];
  const query = 'asset=ETH&address=0x6915f16f8791d0a1cc2bf47c13a6b2a92000504b&amount=0.1';
  process.kill(second.pid, 'SIGTERM');
  let wasAway = false;
  for (let lately: (string | null)[] = []; !wasAway || !lately.includes('server 2'); ) {
    const response = await signed('POST', '/wapi/v3/withdraw.html', query);
    assert.equal(response.status, 200, await response.text());
    lately = [...lately, response.headers.get('x-served-by')].slice(-6);
    wasAway ||= lately.length === 6 && !lately.includes('server 2');
    await pause(10);
  }
});

test('Ctrl-C ends it with 0 and leaves no processes or files', limits, async () => {
  const ended = once(child, 'exit');
  // A terminal signals the whole process group.
  process.kill(-(child.pid as number), 'SIGINT');
  assert.deepEqual(await ended, [0, null]);
  for (const { pid } of addresses.servers.slice(1)) assert.throws(() => process.kill(pid, 0), /ESRCH/);
  const { url, databaseUrl, redisUrl, servers } = addresses;
  for (const each of [url, databaseUrl, redisUrl, ...servers.map(({ operatorUrl }) => operatorUrl)]) {
    assert.equal(await isListening(each), false, each);
  }
  assert.deepEqual(leftBehind(), []);
});

async function isListening(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const listening = await once(socket, 'connect').then(
    () => true,
    () => false,
  );
  socket.destroy();
  return listening;
}

test('stopped while it starts, it exits with 0 and leaves nothing', limits, async () => {
  const starting = startCommand(['--json', '--port', '0']);
  const finished = finish(starting);
  await once(starting.stderr as NodeJS.ReadableStream, 'data');
  process.kill(-(starting.pid as number), 'SIGINT');
  const { code, output, errors } = await finished;
  assert.deepEqual([code, output], [0, ''], errors);
  assert.deepEqual(leftBehind(), []);
});

test('if a server cannot start, it exits with 1 and leaves nothing', limits, async () => {
  const environment = { BURSAR_WEIGHT_PER_MINUTE: 'many' };
  const { code, errors } = await finish(startCommand(['--port', '0'], environment));
  assert.equal(code, 1, errors);
  assert.match(errors, /BURSAR_WEIGHT_PER_MINUTE must be a whole number/);
  assert.match(errors, /server \d ended before it was ready \(code 2\)/);
  assert.deepEqual(leftBehind(), []);
});

test(
  'a port in use is reported in one line with the option and the variable, and nothing is left',
  limits,
  async (t) => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    t.after(() => taken.close());
    const { port } = taken.address() as { port: number };
    const { code, errors } = await finish(startCommand(['--port', `${port}`]));
    assert.equal(code, 2);
    assert.match(
      errors,
      new RegExp(`^cluster: Port ${port} is already in use; [^\\n]*--port or BURSAR_PORT\\.\\n$`),
    );
    assert.deepEqual(leftBehind(), []);
  },
);

test('if a program is missing, it names the package to install and exits with 2', async () => {
  const { code, output, errors } = await finish(startCommand([], { PATH: '' }));
  assert.deepEqual([code, output], [2, '']);
  assert.match(errors, /^cluster: [^\n]*apt-get install [^\n]*redis-server\n$/);
});

test('invalid usage prints one line and exits with 2; help explains every option', async () => {
  for (const [flags, says] of [
    [['--port', 'many'], /--port must be a whole number/],
    [['--frobnicate'], /--frobnicate/],
    [['--prot', '1'], /no option --prot; did you mean --port\?/],
    [['--port'], /--port needs a value/],
    [['--json=1'], /--json takes no value/],
  ] as const) {
    const { code, errors } = await finish(startCommand(flags));
    assert.equal(code, 2);
    assert.match(errors, says);
    assert.equal(errors.trimEnd().split('\n').length, 1, errors);
  }
  const { code, output } = await finish(startCommand(['--help']));
  assert.equal(code, 0);
  for (const word of ['npm run cluster', '--port', 'BURSAR_PORT', '--json', 'apt-get install postgresql']) {
    assert.ok(output.includes(word), word);
  }
});
