/** HEAD on every path that supports GET is answered like GET, but without a body. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { customerOperations } from '../../src/contract/customer-operations.ts';
import type { Operation } from '../../src/contract/operation.ts';
import { weightHeader } from '../../src/contract/own-weights.ts';
import { accountStatus } from '../../src/contract/wapi/account-status.ts';
import { depositAddress } from '../../src/contract/wapi/deposit-address.ts';
import { eventually } from '../support/eventually.ts';
import { readAll } from '../support/sockets.ts';
import { goodQueryOf } from './calls.ts';
import { type Call, ContractWorld } from './contract-world.ts';
import type { WireRequest } from './wire.ts';

let world: ContractWorld;
before(async () => {
  world = await ContractWorld.start();
});
after(() => world.close());

const reads = customerOperations.filter(({ method }) => method === 'GET');
const readPaths = new Set(reads.flatMap(({ paths }) => paths));
const posts = customerOperations.filter(
  ({ method, paths }) => method === 'POST' && !paths.some((path) => readPaths.has(path)),
);
const documentPath = '/openapi.json';

/** The requests on one connection, pipelined. Adds the headers of the last request. */
function pipeline(requests: readonly WireRequest[]): string {
  return requests
    .map(({ method, target, headers = {}, body = '' }, index) => {
      const length = body === '' ? {} : { 'content-length': String(Buffer.byteLength(body)) };
      const last = index === requests.length - 1 ? { connection: 'close' } : {};
      const all = Object.entries({ host: 'x', ...headers, ...length, ...last });
      return `${method} ${target} HTTP/1.1\r\n${all.map((each) => each.join(': ')).join('\r\n')}\r\n\r\n${body}`;
    })
    .join('');
}

type Part = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** Splits what was received into replies, byte by byte; the reply to a HEAD request has no body. */
function splitReplies(text: string, methods: readonly string[]): Part[] {
  const bytes = Buffer.from(text, 'latin1');
  let position = 0;
  const replies = methods.map((method) => {
    const end = bytes.indexOf('\r\n\r\n', position);
    assert.ok(end >= 0, `no reply to ${method} in ${text.slice(position)}`);
    const [statusLine = '', ...lines] = bytes.toString('latin1', position, end).split('\r\n');
    assert.match(statusLine, /^HTTP\/1\.1 \d{3} /, 'a reply begins where the one before it ends');
    const headers = Object.fromEntries(
      lines.map((line) => line.toLowerCase().split(': ') as [string, string]),
    );
    const length = method === 'HEAD' ? 0 : Number(headers['content-length']);
    position = end + 4 + length;
    return {
      status: Number(statusLine.split(' ')[1]),
      headers,
      body: bytes.toString('latin1', end + 4, position),
    };
  });
  assert.equal(bytes.toString('latin1', position), '', 'nothing follows the last reply');
  return replies;
}

async function exchange(bytes: string, methods: readonly string[]): Promise<Part[]> {
  const socket = connect(world.exchange.server.port, '127.0.0.1', () => socket.write(bytes, 'latin1'));
  return splitReplies(await readAll(socket, 'latin1'), methods);
}

const send = (requests: readonly WireRequest[]) =>
  exchange(
    pipeline(requests),
    requests.map(({ method }) => method),
  );

const volatile = /^(date|connection|keep-alive|x-(mbx|sapi)-used-.*)$/;
const stable = (headers: Part['headers']) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !volatile.test(name)));

/** Sends GET, HEAD and GET on one connection. */
async function assertAnsweredLikeGet(request: WireRequest): Promise<Part> {
  const [get, head, again] = await send(['GET', 'HEAD', 'GET'].map((method) => ({ ...request, method })));
  assert.ok(get && head && again);
  const about = `${request.target}: ${get.body}`;
  assert.equal(head.status, get.status, about);
  assert.deepEqual(stable(head.headers), stable(get.headers), about);
  assert.equal(Number(head.headers['content-length']), get.body.length, about);
  assert.deepEqual([again.status, again.body.length], [get.status, get.body.length], about);
  return head;
}

for (const operation of reads) {
  test(`HEAD of ${operation.id} has the status and the headers of GET`, async () => {
    const query = goodQueryOf(operation);
    // The first deposit address of an account is issued by the request for it.
    await world.call({ operation, query });
    for (const path of operation.paths) {
      const { status } = await assertAnsweredLikeGet(world.requestOf({ operation, path, query }));
      assert.equal(status, 200);
    }
  });
}

test('HEAD is checked like GET: key, signature, time, parameters', async () => {
  const operation = depositAddress;
  const wrong: readonly Partial<Call>[] = [
    { key: { apiKey: 'short' } },
    { key: { apiKey: 'x'.repeat(64) } },
    { key: world.without.reading },
    { signature: 'a'.repeat(64) },
    { signature: '' },
    { timing: 'timestamp=1' },
    { timing: '' },
    { query: '' },
    { query: 'asset=NOPE' },
    { query: 'asset=%FF' },
    { query: 'asset=ETH&asset=BTC' },
  ];
  for (const each of wrong) {
    const head = await assertAnsweredLikeGet(world.requestOf({ operation, query: 'asset=ETH', ...each }));
    assert.ok(head.status === 400 || head.status === 401, JSON.stringify(each));
  }
});

test('HEAD of the OpenAPI document and of unusual targets', async () => {
  const targets: readonly (readonly [string, number])[] = [
    [documentPath, 200],
    ['/nowhere', 404],
    ['//api//v3//ping?x', 200],
    ['http://elsewhere.example/api/v3/ping', 200],
    [`/${'x'.repeat(9000)}`, 414],
  ];
  for (const [target, status] of targets)
    assert.equal((await assertAnsweredLikeGet({ method: 'HEAD', target })).status, status);
});

test('HEAD of a path that supports only POST → 405 with Allow', async () => {
  for (const operation of posts) {
    const request = world.requestOf({ operation, query: goodQueryOf(operation), method: 'HEAD' });
    const { status, headers } = await assertAnsweredLikeGet(request);
    assert.deepEqual([status, headers.allow], [405, 'post'], operation.id);
  }
});

function weightOf({ weight, weights }: Operation) {
  if (weights === null) return { header: 'x-mbx-used-weight', weight };
  const { address, account, per = 'minute' } = weights;
  const owner = address === undefined ? 'account' : 'address';
  return { header: weightHeader(owner, per), weight: address ?? account };
}

test('HEAD counts the weight of GET', async () => {
  for (const operation of reads) {
    const { header, weight } = weightOf(operation);
    const ask = (method: string) => world.requestOf({ operation, query: goodQueryOf(operation), method });
    const weigh = async () =>
      (await send([ask('GET'), ask('HEAD')])).map(({ headers }) => Number(headers[header]));
    // A new minute or second may begin between the two.
    const [first, second] = await eventually(weigh, ([one = 0, two = 0]) => one < two);
    assert.equal(Number(second) - Number(first), weight, operation.id);
  }
});

test('the body of a HEAD request is ignored', async () => {
  const operation = accountStatus;
  const request = { ...world.requestOf({ operation }), method: 'HEAD' };
  const ping = { method: 'GET', target: '/api/v3/ping' };
  for (const body of ['a=b', 'timestamp=1&signature=2', 'x'.repeat(100_000)]) {
    const [head, get] = await send([{ ...request, body }, ping]);
    assert.deepEqual([head?.status, get?.status, get?.body], [200, 200, '{}']);
  }
});

test('many HEAD and GET requests in one pipeline', async () => {
  const requests = Array.from({ length: 200 }, (_, index) => ({
    method: index % 3 === 0 ? 'GET' : 'HEAD',
    target: [documentPath, '/api/v3/time', '/nowhere'][index % 4] ?? '/api/v3/ping',
  }));
  const replies = await send(requests);
  assert.deepEqual(
    replies.map(({ status }) => status),
    requests.map(({ target }) => (target === '/nowhere' ? 404 : 200)),
  );
  for (const { headers } of replies) assert.ok(Number(headers['content-length']) > 0);
});

test('a HEAD request with a malformed body is refused without a body', async () => {
  const head = 'HEAD /api/v3/ping HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n';
  const [reply] = await exchange(`${head}zz\r\n\r\n`, ['HEAD']);
  assert.equal(reply?.status, 400);
});
