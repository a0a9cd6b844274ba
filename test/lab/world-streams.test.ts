/** Balance streams of worlds: by their path, and by their keys at the usual path. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { type Frame, StreamClient } from '../support/stream-client.ts';
import { demoKey, type IssuedKey, mainKey, WorldsClient } from './worlds-client.ts';

const change = ({ event }: Frame) => event.e === 'balanceUpdate';

describe('balance streams of worlds', () => {
  let client: WorldsClient;

  before(async () => {
    client = await WorldsClient.start(['--block-ms', '1000']);
  });
  after(() => client.exchange.close());

  const open = (path = '') => StreamClient.open({ url: `${client.exchange.url}${path}` });
  const subscribe = async (stream: StreamClient, key: IssuedKey | typeof demoKey) => {
    const reply = await stream.signed(key, 'userDataStream.subscribe.signature');
    assert.equal(reply.status, 200, JSON.stringify(reply));
  };

  test('the key of a world on the usual path receives what happens in its world, and nothing else', async () => {
    const [one, other] = [await client.create(), await client.create()];
    const streams = await Promise.all([open(), open(), open()]);
    const [ofOne, ofOther, ofExchange] = streams as [StreamClient, StreamClient, StreamClient];
    await subscribe(ofOne, mainKey(one));
    await subscribe(ofOther, mainKey(other));
    await subscribe(ofExchange, demoKey);
    await client.withdraw(mainKey(one), '3');
    const { event } = await ofOne.eventWhere(change);
    assert.deepEqual([event.a, Number(event.d)], ['ETH', -3]);
    await client.withdraw(mainKey(other), '4');
    assert.equal(Number((await ofOther.eventWhere(change)).event.d), -4);
    await client.withdraw(demoKey, '5');
    assert.equal(Number((await ofExchange.eventWhere(change)).event.d), -5);
    for (const stream of streams) {
      assert.equal(stream.events.filter(change).length, 1);
      await stream.close();
    }
  });

  test('the path of a world reaches it with the keys of its template; one that does not exist is 404', async () => {
    await client.create({ name: 'streamed' });
    const stream = await open('/w/streamed');
    await client.operate('streamed', 'POST', '/lab/clock/freeze', { wire: 'world' });
    await client.operate('streamed', 'POST', '/lab/clock/advance', { by: '2d' });
    const { result } = await stream.request('time');
    assert.ok(result.serverTime - Date.now() > 86_400_000);
    await client.operate('streamed', 'POST', '/lab/clock/freeze', { wire: 'machine' });
    await subscribe(stream, demoKey);
    const credit = { asset: 'ETH', amount: '2', reason: 'a test' };
    await client.operate('streamed', 'POST', '/accounts/demo@example.com/credit', credit);
    assert.equal(Number((await stream.eventWhere(change)).event.d), 2);
    await stream.close();
    await assert.rejects(open('/w/nobody'), /404/);
  });

  test('a connection keeps its world awake, and ends when it is restored, reset or deleted', async () => {
    const world = await client.create({ timeToLive: '1s' });
    const { id } = await client.snapshot(world.name);
    const ends = [
      () => client.restore(world.name, id),
      () => client.reset(world.name),
      () => client.call(['deleteLabWorld', 'DELETE', `/${world.name}`]),
    ];
    for (const end of ends) {
      const stream = await open();
      await subscribe(stream, mainKey(world));
      const closed = once(stream.socket, 'close');
      if (end === ends[0]) {
        // Longer than its time to live, and than a world without a use stays awake.
        const { usedAt } = await client.show(world.name);
        await eventually(
          async () => Date.now() - usedAt,
          (ms) => ms > 4000,
        );
        assert.equal((await client.show(world.name)).awake, true);
      }
      await end();
      const [code] = await closed;
      assert.equal(code, 1012);
    }
    const stream = await open();
    const reply = await stream.signed(mainKey(world), 'userDataStream.subscribe.signature');
    assert.notEqual(reply.status, 200);
    await stream.close();
  });
});
