/** The stream of changes, which consoles follow. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { type Exchange, startExchange } from '../support/exchange.ts';
import { done } from '../support/world.ts';
import { ask, cookieOf, credit, openCustomer } from './operator-client.ts';

type Headers = Record<string, string>;
type Event = { readonly id: string; readonly topics: readonly string[] };

const hashOf = (secret: string) => createHash('sha256').update(secret).digest('hex');

describe('the stream of changes', () => {
  let exchange: Exchange;
  before(async () => {
    exchange = await startExchange(['--demo', '1', '--lab', '1']);
  });
  after(() => exchange.close());

  const authorized = () => ({ authorization: `Bearer ${exchange.server.operatorToken}` });
  const post = (path: string, headers: Headers) =>
    fetch(`${exchange.operatorUrl}${path}`, { method: 'POST', headers });
  const disable = (name: string) =>
    ask(exchange, 'PATCH', `/operator/v1/operators/${name}`, { disabled: true });
  const open = async (headers: Headers = {}) => {
    const response = await fetch(`${exchange.operatorUrl}/operator/v1/events`, {
      headers: 'cookie' in headers ? headers : { ...authorized(), ...headers },
    });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('content-type'), 'text/event-stream');
    return eventsOf(response.body as ReadableStream<Uint8Array>);
  };

  test('a commit is an event that names what has changed', async () => {
    const events = await open();
    assert.deepEqual((await events.next()).value.topics, []);
    await openCustomer(exchange, 'seen@x.com');
    const topics = await topicsUntil(events, 'accounts');
    assert.ok(topics.has('accounts'));
    await credit(exchange, 'seen@x.com', 'ETH', '1');
    assert.ok((await topicsUntil(events, 'transfers')).has('transfers'));
    await events.return(undefined);
  });

  test('a client that missed events is told to read everything again', async () => {
    const first = await open();
    const { id } = (await first.next()).value;
    await first.return(undefined);
    assert.deepEqual((await (await open({ 'last-event-id': '0' })).next()).value.topics.length, 7);
    const again = (await (await open({ 'last-event-id': id })).next()).value;
    assert.ok(again.topics.length === 0 || again.id !== id);
  });

  test('a stream ends at once when its operator signs out, or is disabled', async () => {
    const { commands } = exchange.server;
    const operator = { actor: 'bootstrap', reason: 'a test' };
    for (const [name, end] of [
      ['lena', (headers: Headers) => post('/operator/v1/sign-out', headers)],
      ['mara', () => disable('mara')],
    ] as const) {
      const link = { secretHash: hashOf(name), atMs: Date.now() };
      await done(commands.submit('createOperator', { operator, name, roles: ['viewer'], link }));
      const [ip, userAgent] = ['127.0.0.1', 'a test'];
      const session = { secretHash: hashOf(`of-${name}`), ip, userAgent, by: 'password', atMs: Date.now() };
      const use = { linkHash: link.secretHash, passwordHash: null, session };
      await done(commands.submit('acceptOperatorLink', use));
      const headers = { cookie: cookieOf(exchange, `of-${name}`), 'x-bursar-session': '1' };
      const events = await open(headers);
      await events.next();
      assert.equal((await end(headers)).status, 200);
      const endedAt = Date.now();
      while (!(await events.next()).done);
      // Nothing else ends it before the next heartbeat, 15 s later.
      assert.ok(Date.now() - endedAt < 10_000, `${name}: ${Date.now() - endedAt} ms`);
    }
  });

  test('without authentication there is no stream', async () => {
    const { status } = await ask(exchange, 'GET', '/operator/v1/events', undefined, { authorization: '' });
    assert.equal(status, 401);
  });
});

async function topicsUntil(events: AsyncGenerator<Event>, topic: string): Promise<ReadonlySet<string>> {
  const topics = new Set<string>();
  while (!topics.has(topic)) for (const each of (await events.next()).value.topics) topics.add(each);
  return topics;
}

async function* eventsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Event> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    const events = text.split('\n\n');
    text = events.pop() ?? '';
    for (const event of events) {
      const id = /^id: (.*)$/m.exec(event)?.[1];
      const data = /^data: (.*)$/m.exec(event)?.[1];
      if (id !== undefined && data !== undefined) yield { id, topics: JSON.parse(data) };
    }
  }
}
