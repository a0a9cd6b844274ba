/** Every ending of a fault at the socket, and whether the work was done. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { type End, type LabWorld, openLab } from './lab-world.ts';

const path = '/wapi/v3/withdraw.html';

function firedOnce(lab: LabWorld, id: string): Promise<unknown> {
  return eventually(
    () => lab.faultNamed(id),
    ({ fired }) => fired === 1,
  );
}

describe('an ending', () => {
  let lab: LabWorld;
  let orders = 0;

  before(async () => {
    lab = await openLab();
  });
  after(() => lab.exchange.close());

  /** Fires a fault for one withdrawal. @returns how it ended, and the ids that history shows. */
  async function hit(fault: unknown, init?: RequestInit): Promise<readonly [End, readonly string[], string]> {
    orders += 1;
    const withdrawOrderId = `order-${orders}`;
    const id = await lab.fault({ on: { operation: 'withdraw' }, do: fault });
    const end = await lab.send('POST', path, lab.order({ withdrawOrderId }), init);
    const { fired, firings } = await lab.faultNamed(id);
    assert.equal(fired, 1);
    const found = await lab.idsOf(withdrawOrderId);
    assert.deepEqual(firings[0].withdrawalId, found[0] ?? null);
    assert.equal(firings[0].done, found.length === 1);
    const ends = JSON.stringify(end);
    assert.doesNotMatch(ends, /bursar|lab/i, 'the reply gives nothing away');
    return [end, found, withdrawOrderId];
  }

  const at = (position: 'before' | 'after', ending: object) => ({ position, ending });

  for (const [position, count] of [
    ['before', 0],
    ['after', 1],
  ] as const) {
    test(`status ${position} the work`, async () => {
      for (const body of ['empty', 'html', 'json'] as const) {
        const [end, found] = await hit(at(position, { kind: 'status', status: 504, body }));
        assert.ok(end.kind === 'reply');
        assert.equal(end.status, 504);
        assert.equal(found.length, count);
        if (body === 'empty') assert.equal(end.text, '');
        else assert.match(end.text, body === 'html' ? /504 Gateway Time-out/ : /"code":-1007/);
      }
      const [other] = await hit(at(position, { kind: 'status', status: 503, body: 'json' }));
      assert.ok(other.kind === 'reply' && other.status === 503);
      assert.equal(JSON.parse(other.text).code, -1001);
    });

    test(`reset ${position} the work`, async () => {
      const [end, found] = await hit(at(position, { kind: 'reset' }));
      assert.deepEqual(end, { kind: 'broken', code: 'ECONNRESET' });
      assert.equal(found.length, count);
    });

    test(`delay ${position} the work`, async () => {
      const [end, found] = await hit(at(position, { kind: 'delay', ms: 20 }));
      assert.ok(end.kind === 'reply' && end.status === 200);
      assert.equal(JSON.parse(end.text).id, found[0]);
    });
  }

  test('a hanging request is committed, and ends when its client disconnects', async () => {
    const leaving = new AbortController();
    const id = await lab.fault({ on: { operation: 'withdraw' }, do: 'hang' });
    const ended = lab.send('POST', path, lab.order({ withdrawOrderId: 'hang' }), { signal: leaving.signal });
    await firedOnce(lab, id);
    assert.equal((await lab.idsOf('hang')).length, 1);
    leaving.abort();
    assert.deepEqual(await ended, { kind: 'broken', code: 'AbortError' });
  });

  test('a truncated reply announces all of its body', async () => {
    const [end, found] = await hit(at('after', { kind: 'truncate', bytes: 5 }));
    assert.equal(end.kind, 'broken');
    assert.equal(found.length, 1);
  });

  test('success:false although done, in the form of each dialect', async () => {
    const [end, [id]] = await hit('success-false-with-id');
    assert.ok(end.kind === 'reply' && end.status === 200);
    assert.deepEqual([JSON.parse(end.text).success, JSON.parse(end.text).id], [false, id]);
    const [without] = await hit('success-false');
    assert.ok(without.kind === 'reply' && !without.text.includes('"id"'));

    await lab.fault({ on: { operation: 'capitalWithdrawApply' }, do: 'success-false-with-id' });
    const { asset: coin, ...others } = lab.order({ withdrawOrderId: 'sapi-false' });
    const today = await lab.exchange.signed(lab.alice, 'POST', '/sapi/v1/capital/withdraw/apply', {
      coin,
      ...others,
    } as never);
    assert.equal(today.status, 400);
    assert.equal(today.body.code, -1000);
    assert.deepEqual(await lab.idsOf('sapi-false'), [today.body.id]);
  });

  /** Requests of alice that anybody may send at any time. */
  const read = () => lab.send('GET', '/wapi/v3/accountStatus.html', {});

  test('a rate limit ends after its requests, hits all operations of the key, and nobody else', async () => {
    const ending = { kind: 'rejections', status: 429, retryAfterSeconds: 7, requests: 2 };
    await lab.fault({ on: { operation: 'withdraw' }, do: { position: 'before', ending } });
    const first = await lab.send('POST', path, lab.order({ withdrawOrderId: 'limited' }));
    assert.ok(first.kind === 'reply' && first.status === 429);
    assert.equal(first.headers.get('retry-after'), '7');
    assert.equal(JSON.parse(first.text).code, -1003);
    const others = await lab.exchange.signed(lab.bob, 'GET', '/wapi/v3/accountStatus.html');
    assert.equal(others.status, 200);
    const second = await read();
    assert.ok(second.kind === 'reply' && second.status === 429);
    const third = await read();
    assert.ok(third.kind === 'reply' && third.status === 200);
    assert.deepEqual(await lab.idsOf('limited'), []);
  });

  test('a ban says until when, closes the connection, and ends with its rule', async () => {
    const ending = { kind: 'rejections', status: 418, retryAfterSeconds: 0, seconds: 86_400 };
    const id = await lab.fault({ on: { apiKey: lab.alice.apiKey }, do: { position: 'before', ending } });
    for (const banned of [await read(), await read()]) {
      assert.ok(banned.kind === 'reply' && banned.status === 418);
      assert.equal(banned.headers.get('connection'), 'close');
      assert.equal(banned.headers.get('retry-after'), '86400');
      assert.match(banned.text, /IP banned until \d{13}/);
    }
    assert.equal((await lab.exchange.operator('DELETE', `/lab/faults/${id}`)).status, 200);
    const free = await read();
    assert.ok(free.kind === 'reply' && free.status === 200);
  });

  test('hanging requests and delays do not keep the server from stopping', async () => {
    const own = await openLab();
    try {
      const id = await own.fault({ on: {}, do: 'hang', times: 2 });
      const hanging = own.send('POST', path, own.order({ withdrawOrderId: 'hang' }));
      await firedOnce(own, id);
      const ending = { kind: 'delay', ms: 600_000 };
      const late = await own.fault({ on: { asset: 'ETH' }, do: { position: 'before', ending } });
      await own.exchange.operator('DELETE', `/lab/faults/${id}`);
      const delayed = own.send('POST', path, own.order({ withdrawOrderId: 'late' }));
      await firedOnce(own, late);
      await own.exchange.server.close();
      assert.equal((await hanging).kind, 'broken');
      const end = await delayed;
      assert.ok(end.kind === 'reply' && end.status === 200, 'the work that was delayed is done');
    } finally {
      await own.exchange.remove();
    }
  });
});
