/** The stream of changes, which consoles follow. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { changeTopics } from '../../src/contract/operator-events.ts';
import { eventually } from '../support/eventually.ts';
import { type Exchange, startExchange } from '../support/exchange.ts';
import { done } from '../support/world.ts';
import { ask, assertRejected, cookieOf, credit, openCustomer } from './operator-client.ts';

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
  const open = async (headers: Headers = {}, prefix = '') => {
    const response = await fetch(`${exchange.operatorUrl}${prefix}/operator/v1/events`, {
      headers: 'cookie' in headers ? headers : { ...authorized(), ...headers },
    });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('content-type'), 'text/event-stream');
    return eventsOf(response.body as ReadableStream<Uint8Array>);
  };

  test('a commit is an event that names the kinds of records that have changed', async () => {
    const events = await open();
    assert.deepEqual((await events.next()).value.topics, []);
    await openCustomer(exchange, 'seen@x.com');
    await waitForTopic(events, 'accounts');
    await credit(exchange, 'seen@x.com', 'ETH', '1');
    await waitForTopic(events, 'transfers');
    await events.return(undefined);
  });

  test('a client that missed events gets an event with every topic, so that it reads everything again', async () => {
    const first = await open();
    const { id } = (await first.next()).value;
    await first.return(undefined);
    const missed = await open({ 'last-event-id': '0' });
    assert.deepEqual((await missed.next()).value.topics, changeTopics);
    const continued = await open({ 'last-event-id': id });
    const again = (await continued.next()).value;
    assert.ok(again.topics.length === 0 || again.id !== id);
    await Promise.all([missed.return(undefined), continued.return(undefined)]);
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

  test('a proposed change is an event, and so is a note about an account', async () => {
    const events = await open();
    await events.next();
    const path = '/accounts/demo@example.com';
    const note = await exchange.operator('POST', `${path}/notes`, { text: 'a note' });
    assert.equal(note.status, 201, note.text);
    await waitForTopic(events, 'accounts');
    const credit = {
      path: { email: 'demo@example.com' },
      body: { asset: 'ETH', amount: '1', reason: 'a test' },
    };
    const proposed = await exchange.operator('POST', '/changes', { operation: 'creditAccount', ...credit });
    assert.equal(proposed.status, 201, proposed.text);
    await waitForTopic(events, 'changes');
    await events.return(undefined);
  });

  test('a world has a stream of its own, named by the header or by the path, which ends with the world', async () => {
    for (const name of ['one', 'other'])
      assert.equal((await exchange.operator('POST', '/lab/worlds', { name })).status, 201);
    const ofOne = await open({ 'bursar-world': 'one' });
    const ofOneByPath = await open({ 'bursar-world': 'other' }, '/w/one');
    const ofOther = await open({}, '/w/other');
    for (const events of [ofOne, ofOneByPath, ofOther]) await events.next();
    const credit = { asset: 'ETH', amount: '1', reason: 'a test' };
    const send = (path: string, body: object) =>
      fetch(`${exchange.operatorUrl}/w/one/operator/v1${path}`, {
        method: 'POST',
        headers: { ...authorized(), 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    assert.equal((await send('/accounts/demo@example.com/credit', credit)).status, 200);
    for (const events of [ofOne, ofOneByPath]) await waitForTopic(events, 'transfers');
    assert.equal((await exchange.operator('DELETE', '/lab/worlds/other')).status, 200);
    const told: string[] = [];
    for await (const { topics } of ofOther) told.push(...topics);
    assert.ok(!told.includes('transfers'), 'it was not told of another world');
    await Promise.all([ofOne.return(undefined), ofOneByPath.return(undefined)]);
  });

  test('a world that is followed falls asleep, and is followed when it is awake again', async () => {
    await exchange.operator('POST', '/lab/worlds', { name: 'sleepy' });
    const events = await open({}, '/w/sleepy');
    await events.next();
    const isAwake = async () => (await exchange.operator('GET', '/lab/worlds/sleepy')).body.awake;
    while (await isAwake()) await setTimeout(100);
    const account = { email: 'late@example.com' };
    await ask(exchange, 'POST', '/operator/v1/accounts', account, { 'bursar-world': 'sleepy' });
    await waitForTopic(events, 'accounts');
    await exchange.operator('POST', '/lab/worlds/sleepy/reset', {});
    await ask(exchange, 'POST', '/operator/v1/accounts', account, { 'bursar-world': 'sleepy' });
    // Everything is read again after a reset.
    await waitForTopic(events, 'rules');
    await events.return(undefined);
  });

  test('a world that does not exist has no stream, and no other operation', async () => {
    for (const [path, headers] of [
      ['/operator/v1/events', { 'bursar-world': 'nowhere' }],
      ['/w/nowhere/operator/v1/events', {}],
      ['/w/nowhere/operator/v1/accounts', {}],
    ] as const) {
      const { status, body } = await ask(exchange, 'GET', path, undefined, headers);
      assert.equal(status, 400, path);
      assert.match(body.msg, /there is no world nowhere/);
    }
    for (const path of ['/w/nowhere/health', '/w//operator/v2', '/w/nowhere'])
      assert.equal((await ask(exchange, 'GET', path)).status, 404, path);
  });

  test('one person has at most 50 streams, so that others can follow too', async () => {
    const { commands } = exchange.server;
    const limits = { ipAllowList: [], expiresAtMs: null, atMs: Date.now() };
    const operator = { actor: 'bootstrap', reason: 'a test' };
    const token = { operator, name: 'greedy', roles: ['viewer' as const], secretHash: hashOf('greedy') };
    await done(commands.submit('createOperatorToken', { ...token, ...limits }));
    const headers = { authorization: 'Bearer greedy' };
    const follow = () => fetch(`${exchange.operatorUrl}/operator/v1/events`, { headers });
    const opened = [];
    for (let count = 0; count < 50; count += 1) opened.push(await follow());
    assert.ok(opened.every(({ status }) => status === 200));
    const refused = await ask(exchange, 'GET', '/operator/v1/events', undefined, headers);
    assertRejected(refused, 429, -9430, /You follow 50 streams of changes already/);
    const other = await open();
    assert.equal((await other.next()).done, false);
    await other.return(undefined);
    for (const { body } of opened) await body?.cancel();
    const again = await eventually(follow, ({ status }) => status === 200);
    await again.body?.cancel();
  });

  test('without authentication there is no stream', async () => {
    const { status } = await ask(exchange, 'GET', '/operator/v1/events', undefined, { authorization: '' });
    assert.equal(status, 401);
  });
});

/** @throws if no event names the topic within 30 s. */
async function waitForTopic(events: AsyncGenerator<Event>, topic: string): Promise<void> {
  const late = new AbortController();
  const missing = setTimeout(30_000, undefined, { signal: late.signal }).then(() => {
    throw new Error(`no event names ${topic}`);
  });
  const seen = async () => {
    while (!(await events.next()).value.topics.includes(topic));
  };
  try {
    await Promise.race([seen(), missing]);
  } finally {
    missing.catch(() => {});
    late.abort();
  }
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
