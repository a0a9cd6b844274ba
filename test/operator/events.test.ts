/** The stream of changes, which consoles follow. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Exchange, startExchange } from '../support/exchange.ts';
import { ask, credit, openCustomer } from './operator-client.ts';

type Event = { readonly id: string; readonly topics: readonly string[] };

describe('the stream of changes', () => {
  let exchange: Exchange;
  before(async () => {
    exchange = await startExchange(['--demo', '1', '--lab', '1']);
  });
  after(() => exchange.close());

  const open = async (headers: Record<string, string> = {}) => {
    const response = await fetch(`http://127.0.0.1:${exchange.server.operatorPort}/operator/v1/events`, {
      headers: { authorization: `Bearer ${exchange.server.operatorToken}`, ...headers },
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
