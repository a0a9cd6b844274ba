import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maxActiveSubscriptions, maxSubscriptionId } from '../../contract/stream/stream-methods.ts';
import type { ApiKey } from '../key-ring.ts';
import { type SubscriptionParts, Subscriptions } from './subscriptions.ts';

function scene() {
  const sent: string[] = [];
  // Only the methods that subscriptions call.
  const parts = {
    hub: { subscribe: async () => {}, unsubscribe() {} },
    keyWatch: { add() {}, remove() {} },
    meter: { countSubscription() {}, countEvent() {} },
    nowMs: () => 1,
  } as unknown as SubscriptionParts;
  const channel = { ip: '192.0.2.1', send: (text: string) => sent.push(text), end() {} };
  const keyOf = (id: number) => ({ apiKey: `key-${id}`, account: { id } }) as unknown as ApiKey;
  return { subscriptions: new Subscriptions(parts, channel, 'MILLISECOND'), keyOf, sent };
}

test('each subscription of a connection gets a new id, until the ids are used up', async () => {
  const { subscriptions, keyOf, sent } = scene();
  for (let id = 0; id <= maxSubscriptionId; id += 1) {
    assert.equal(await subscriptions.begin(keyOf(1), false), id);
    assert.equal(subscriptions.end(id), true);
  }
  assert.deepEqual(await subscriptions.begin(keyOf(1), false), {
    rejected: 'subscription-ids-exhausted',
    details: {},
  });
  assert.equal(sent.length, maxSubscriptionId + 1);
});

test('a connection has a bounded number of subscriptions, and one for each account', async () => {
  const { subscriptions, keyOf } = scene();
  for (let id = 0; id < maxActiveSubscriptions; id += 1)
    assert.equal(await subscriptions.begin(keyOf(id), false), id);
  const one = await subscriptions.begin(keyOf(5), false);
  assert.deepEqual(one, { rejected: 'subscription-active', details: {} });
  const more = await subscriptions.begin(keyOf(maxActiveSubscriptions), false);
  assert.deepEqual(more, { rejected: 'subscriptions-too-many', details: { limit: maxActiveSubscriptions } });
  subscriptions.end(7);
  assert.equal(await subscriptions.begin(keyOf(7), false), maxActiveSubscriptions);
});
