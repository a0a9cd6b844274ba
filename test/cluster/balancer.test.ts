import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, request as sendRequest } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { Balancer } from '../../tools/cluster/balancer.ts';
import { type Member, Rotation } from '../../tools/cluster/rotation.ts';

/** A server whose readiness is `ready`, and which counts the requests that it receives. */
class Backend {
  ready = true;
  received = 0;
  readonly member: Member;
  readonly stop: () => void;

  private constructor(member: Member, stop: () => void) {
    this.member = member;
    this.stop = stop;
  }

  /** @param take takes over WebSocket connections; without it, an upgrade is a request like any other. */
  static async start(
    t: TestContext,
    name: string,
    handle: RequestListener,
    take?: (socket: Duplex) => void,
  ): Promise<Backend> {
    const server = createServer({ requireHostHeader: false }, (request, response) => {
      if (request.url === '/ready') {
        response.writeHead(backend.ready ? 200 : 503).end();
        return;
      }
      backend.received += 1;
      handle(request, response);
    }).listen(0, '127.0.0.1');
    if (take !== undefined) {
      server.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
        backend.received += 1;
        const { 'sec-websocket-key': key, 'x-forwarded-for': from } = request.headers;
        const lines = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
        socket.write([...lines, `Sec-WebSocket-Accept: ${key} ${request.url} ${from}`, '', ''].join('\r\n'));
        take(socket);
      });
    }
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const stop = () => {
      server.close();
      server.closeAllConnections();
    };
    t.after(stop);
    const backend = new Backend({ name, url, operatorUrl: url }, stop);
    return backend;
  }
}

const echo: RequestListener = async (request, response) => {
  const body = await text(request);
  const { method, url, headers } = request;
  response.end(JSON.stringify({ method, url, headers, body }));
};
const hangUp: RequestListener = (request) => request.socket.destroy();

/** Records the messages about servers going in and out of rotation. */
class Balanced {
  readonly lines: string[] = [];
  #logged = Promise.withResolvers<void>();
  url = '';
  stop = async () => {};

  static async start(t: TestContext, backends: readonly Backend[]): Promise<Balanced> {
    const balanced = new Balanced();
    const balancer = await Balancer.listen(0);
    const rotation = new Rotation(
      backends.map(({ member }) => member),
      (line) => balanced.#log(line),
    );
    balanced.stop = async () => {
      rotation.stop();
      balanced.stop = async () => {};
      await balancer.close();
    };
    t.after(() => balanced.stop());
    balancer.serve(rotation);
    await rotation.start();
    balanced.url = balancer.url;
    return balanced;
  }

  async logged(line: RegExp): Promise<void> {
    while (!this.lines.some((each) => line.test(each))) await this.#logged.promise;
  }

  #log(line: string): void {
    this.lines.push(line);
    this.#logged.resolve();
    this.#logged = Promise.withResolvers();
  }
}

const limits = { timeout: 20_000 };

test(
  'a request arrives unchanged except that X-Forwarded-For is the real address of its client',
  limits,
  async (t) => {
    const backend = await Backend.start(t, 'one', echo);
    const { url } = await Balanced.start(t, [backend]);
    const body = 'timestamp=1&signature=2';
    const headers = { 'X-MBX-APIKEY': 'Key', 'X-Forwarded-For': '203.0.113.9', 'content-type': 'text/x' };
    const response = await fetch(`${url}//wapi/v3/withdraw.html?a=%41&b`, { method: 'POST', body, headers });
    const seen = JSON.parse(await response.text());
    assert.deepEqual([seen.method, seen.url, seen.body], ['POST', '//wapi/v3/withdraw.html?a=%41&b', body]);
    const { 'x-mbx-apikey': key, 'x-forwarded-for': from, 'content-length': length } = seen.headers;
    assert.deepEqual([key, from, length], ['Key', '127.0.0.1', `${body.length}`]);
    assert.equal(response.headers.get('x-served-by'), 'one');
  },
);

test('a POST without a body or its length is forwarded as an empty one', limits, async (t) => {
  const backend = await Backend.start(t, 'one', echo);
  const { url } = await Balanced.start(t, [backend]);
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.write('POST /x HTTP/1.1\r\nConnection: close\r\n\r\n');
  const answer = await text(socket);
  assert.match(answer, /^HTTP\/1\.1 200 /);
  assert.match(answer, /"content-length":"0"/);
});

test('bodies are streamed both ways: the answer begins before the request has ended', limits, async (t) => {
  const backend = await Backend.start(t, 'one', (request, response) => void request.pipe(response));
  const { url } = await Balanced.start(t, [backend]);
  const sent = sendRequest(url, { method: 'POST' });
  sent.write('first ');
  const [response] = await once(sent, 'response');
  sent.end('last');
  assert.equal(await text(response), 'first last');
});

test('a POST whose connection breaks is sent once, and its outcome is unknown', limits, async (t) => {
  const backends = [await Backend.start(t, 'one', hangUp), await Backend.start(t, 'two', hangUp)];
  const { url } = await Balanced.start(t, backends);
  const response = await fetch(url, { method: 'POST', body: 'a=1' });
  assert.deepEqual([response.status, ((await response.json()) as { code: number }).code], [504, -1007]);
  assert.equal((backends[0] as Backend).received + (backends[1] as Backend).received, 1);
});

test('a GET whose connection breaks is sent to the other server', limits, async (t) => {
  const backends = [await Backend.start(t, 'one', hangUp), await Backend.start(t, 'two', echo)];
  const { url } = await Balanced.start(t, backends);
  for (let each = 0; each < 4; each += 1) {
    const response = await fetch(url);
    assert.deepEqual([response.status, response.headers.get('x-served-by')], [200, 'two']);
    await response.text();
  }
  assert.ok((backends[0] as Backend).received > 0);
});

test('a POST that a dead server did not accept goes to the other one completely', limits, async (t) => {
  const backends = [await Backend.start(t, 'one', echo), await Backend.start(t, 'two', echo)];
  const { url } = await Balanced.start(t, backends);
  (backends[0] as Backend).stop();
  const body = 'x'.repeat(300_000);
  for (let each = 0; each < 2; each += 1) {
    const response = await fetch(url, { method: 'POST', body });
    assert.equal(response.headers.get('x-served-by'), 'two');
    assert.equal(JSON.parse(await response.text()).body, body);
  }
});

test('a server that is not ready gets no requests until it is ready again', limits, async (t) => {
  const backends = [await Backend.start(t, 'one', echo), await Backend.start(t, 'two', echo)];
  const balanced = await Balanced.start(t, backends);
  const [one, two] = backends as [Backend, Backend];
  one.ready = false;
  await balanced.logged(/^one is out of rotation/);
  balanced.lines.length = 0;
  const before = one.received;
  for (let each = 0; each < 4; each += 1) await (await fetch(balanced.url)).text();
  assert.deepEqual([one.received, two.received], [before, 4]);
  one.ready = true;
  await balanced.logged(/^one is in rotation/);
  for (let each = 0; each < 4; each += 1) await (await fetch(balanced.url)).text();
  assert.equal(one.received, before + 2);
});

test('without any server it answers 503, because nothing was done', limits, async (t) => {
  const backend = await Backend.start(t, 'one', echo);
  const balanced = await Balanced.start(t, [backend]);
  backend.ready = false;
  await balanced.logged(/^one is out of rotation/);
  const response = await fetch(balanced.url, { method: 'POST', body: 'a=1' });
  const body = (await response.json()) as { success: boolean; code: number };
  assert.deepEqual([response.status, body.success, body.code], [503, false, -1001]);
  assert.equal(backend.received, 0);
});

/** Asks for a WebSocket connection. @returns the reply and, if it is one, the connection. */
async function upgrade(url: string, first = '') {
  const headers = { Connection: 'Upgrade', Upgrade: 'WebSocket', 'Sec-WebSocket-Key': 'the key' };
  const sent = sendRequest(`${url}/ws-api/v3?a=1`, {
    headers: { ...headers, 'X-Forwarded-For': '203.0.113.9' },
  });
  sent.end();
  const answered = await Promise.race([
    once(sent, 'upgrade').then(([reply, socket, head]) => ({ reply, socket, head })),
    once(sent, 'response').then(([reply]) => ({ reply })),
  ]);
  if ('socket' in answered) {
    if (answered.head.length > 0) answered.socket.unshift(answered.head);
    if (first !== '') answered.socket.write(first);
  }
  return answered as { reply: IncomingMessage; socket?: Duplex };
}

const echoBytes = (socket: Duplex) => void socket.pipe(socket);

async function read(socket: Duplex, length: number): Promise<string> {
  let got = '';
  for await (const bytes of socket.iterator({ destroyOnReturn: false })) {
    got += bytes;
    if (got.length >= length) break;
  }
  return got;
}

test('a WebSocket connection is passed on both ways, and ends with either side', limits, async (t) => {
  const taken: Duplex[] = [];
  const take = (socket: Duplex) => {
    taken.push(socket);
    echoBytes(socket);
  };
  const backend = await Backend.start(t, 'one', echo, take);
  const { url } = await Balanced.start(t, [backend]);
  const large = 'x'.repeat(500_000);
  const { reply, socket } = await upgrade(url, large);
  assert.ok(socket);
  const { 'sec-websocket-accept': accept, 'x-served-by': name, upgrade: protocol } = reply.headers;
  assert.deepEqual([accept, name, protocol], ['the key /ws-api/v3?a=1 127.0.0.1', 'one', 'websocket']);
  assert.equal(await read(socket, large.length), large);
  const closed = once(taken[0] as Duplex, 'close');
  socket.destroy();
  await closed;

  const other = await upgrade(url, 'bye');
  assert.equal(await read(other.socket as Duplex, 3), 'bye');
  const ended = once(other.socket as Duplex, 'close');
  other.socket?.resume();
  (taken[1] as Duplex).end();
  await ended;
});

test('a WebSocket connection goes to a server that lives', limits, async (t) => {
  const backends = [
    await Backend.start(t, 'one', echo, echoBytes),
    await Backend.start(t, 'two', echo, echoBytes),
  ];
  const { url } = await Balanced.start(t, backends);
  (backends[0] as Backend).stop();
  for (let each = 0; each < 2; each += 1) {
    const { reply, socket } = await upgrade(url, 'hello');
    assert.equal(reply.headers['x-served-by'], 'two');
    assert.equal(await read(socket as Duplex, 5), 'hello');
    socket?.destroy();
  }
});

test('the refusal of a WebSocket connection is passed back', limits, async (t) => {
  const refuse: RequestListener = (_, response) =>
    void response.writeHead(429, { 'Retry-After': '7' }).end('no');
  const backend = await Backend.start(t, 'one', refuse);
  const balanced = await Balanced.start(t, [backend]);
  const { reply } = await upgrade(balanced.url);
  const { 'retry-after': retry, 'x-served-by': name } = reply.headers;
  assert.deepEqual([reply.statusCode, retry, name, await text(reply)], [429, '7', 'one', 'no']);
  backend.ready = false;
  await balanced.logged(/^one is out of rotation/);
  const { reply: none } = await upgrade(balanced.url);
  assert.deepEqual([none.statusCode, JSON.parse(await text(none)).code], [503, -1001]);
});

test('WebSocket connections do not keep the balancer from closing', limits, async (t) => {
  const backend = await Backend.start(t, 'one', echo, echoBytes);
  const balanced = await Balanced.start(t, [backend]);
  const { socket } = await upgrade(balanced.url, 'hello');
  assert.equal(await read(socket as Duplex, 5), 'hello');
  const ended = once(socket as Duplex, 'close');
  socket?.resume();
  await balanced.stop();
  await ended;
});
