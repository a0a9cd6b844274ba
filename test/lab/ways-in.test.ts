/** Rules, the header and magic values: which requests they hit, and how often. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { presetNames } from '../../src/lab/presets.ts';
import { figureOf, parseExposition } from '../operator/exposition.ts';
import { type LabWorld, openLab } from './lab-world.ts';

let lab: LabWorld;
before(async () => {
  lab = await openLab();
});
after(() => lab.exchange.close());

const header = (name: string) => ({ headers: { 'bursar-fault': name } });
const path = '/wapi/v3/withdraw.html';

describe('a rule', () => {
  test('hits the requests that meet all of its conditions, once', async () => {
    const on = {
      operation: 'withdraw',
      account: lab.alice.email.toUpperCase(),
      asset: 'ETH',
      network: 'ETH',
    };
    const id = await lab.fault({ on, do: '504-then-nothing' });
    const others = await Promise.all([
      lab.withdraw({ withdrawOrderId: 'r1' }, lab.bob),
      lab.withdraw({ asset: 'XRP', address: 'rEb8TK3gBgk5auZkwc6sHnwrGVJH8DuaLh', amount: '30' }),
      lab.exchange.signed(lab.alice, 'GET', '/wapi/v3/withdrawHistory.html'),
    ]);
    for (const { status, text } of others) assert.equal(status, 200, text);
    assert.deepEqual([(await lab.faultNamed(id)).matched, (await lab.faultNamed(id)).fired], [0, 0]);
    // The network is the default of the asset.
    assert.equal((await lab.withdraw({ withdrawOrderId: 'r2' })).status, 504);
    assert.equal((await lab.withdraw({ withdrawOrderId: 'r3' })).status, 200);
    const state = await lab.faultNamed(id);
    assert.deepEqual([state.matched, state.fired, state.left], [2, 1, 0]);
  });

  test('the name of a wapi operation selects its counterparts too; with the dialect, only itself', async () => {
    const both = await lab.fault({ on: { operation: 'withdraw' }, do: '504-then-nothing', times: 9 });
    const { asset: coin, ...order } = lab.order({});
    const today = () =>
      lab.exchange.signed(lab.alice, 'POST', '/sapi/v1/capital/withdraw/apply', { coin, ...order } as never);
    assert.equal((await today()).status, 504);
    assert.equal((await lab.withdraw({})).status, 504);
    await lab.exchange.operator('DELETE', `/lab/faults/${both}`);
    await lab.fault({ on: { operation: 'wapi.withdraw' }, do: '504-then-nothing' });
    assert.equal((await today()).status, 200);
    assert.equal((await lab.withdraw({})).status, 504);
  });

  test('nth and times choose the matches', async () => {
    const status = lab.exchange;
    const id = await lab.fault({ on: { operation: 'time', nth: 2 }, do: '504-then-nothing', times: 2 });
    const seen: number[] = [];
    for (let request = 1; request <= 5; request += 1)
      seen.push((await status.request('GET', '/api/v3/time')).status);
    assert.deepEqual(seen, [200, 504, 504, 200, 200]);
    assert.equal((await lab.faultNamed(id)).matched, 5);
  });

  test('a rejected request does not use up a match', async () => {
    const id = await lab.fault({ on: { operation: 'withdraw' }, do: 'commit-then-504' });
    assert.equal((await lab.withdraw({ amount: '999999999' })).body.code, -4026);
    assert.deepEqual([(await lab.faultNamed(id)).fired, (await lab.faultNamed(id)).left], [0, 1]);
    assert.equal((await lab.withdraw({})).status, 504);
  });

  test('rules that never fired are listed as such', async () => {
    await lab.exchange.operator('DELETE', '/lab/faults');
    const idle = await lab.fault({ on: { operation: 'withdraw', apiKey: 'nobody' }, do: 'hang' });
    await lab.withdraw({});
    const { body } = await lab.exchange.operator('GET', '/lab/faults');
    assert.deepEqual(
      body.faults.map(({ id, fired }: { id: string; fired: number }) => [id, fired]),
      [[idle, 0]],
    );
    assert.equal((await lab.exchange.operator('DELETE', '/lab/faults')).body.deleted, 1);
  });
});

describe('seed and probability of a rule', () => {
  const run = async (seed: number, disturb: boolean, client: object = {}) => {
    const on = { operation: 'accountStatus', ...client };
    const rule = { on, do: '504-then-nothing', times: 1000, probability: 0.5, seed };
    const id = await lab.fault(rule);
    const ask = (customer = lab.alice) =>
      lab.exchange.signed(customer, 'GET', '/wapi/v3/accountStatus.html').then(({ status }) => status);
    const seen: number[] = [];
    for (let request = 0; request < 24; request += 1) {
      const others = disturb ? [ask(lab.bob), ask(lab.master)] : [];
      const [mine] = await Promise.all([ask(), ...others]);
      seen.push(mine as number);
    }
    await lab.exchange.operator('DELETE', `/lab/faults/${id}`);
    return seen;
  };

  test('the same seed gives the same decisions, whatever other keys send', async () => {
    const first = await run(1, false);
    assert.deepEqual(await run(1, true), first);
    assert.notDeepEqual(await run(2, true), first);
    assert.deepEqual([...new Set(first)].sort(), [200, 504]);
  });

  test('the same seed gives the same decisions for a rule that names the key or the account', async () => {
    const first = await run(1, false);
    assert.deepEqual(await run(1, true, { apiKey: lab.alice.apiKey }), first);
    assert.deepEqual(await run(1, true, { account: lab.alice.email }), first);
  });

  test('a rule without a seed shows the one that it has drawn', async () => {
    const id = await lab.fault({ do: 'hang', on: { apiKey: 'nobody' } });
    const { seed } = await lab.faultNamed(id);
    assert.ok(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32);
    await lab.exchange.operator('DELETE', '/lab/faults');
  });
});

describe('the header', () => {
  test('breaks each request that bears it, and those only', async () => {
    for (const withdrawOrderId of ['h1', 'h2']) {
      const end = await lab.send('POST', path, lab.order({ withdrawOrderId }), header('commit-then-504'));
      assert.ok(end.kind === 'reply' && end.status === 504);
      assert.equal((await lab.idsOf(withdrawOrderId)).length, 1);
    }
    assert.equal((await lab.withdraw({ withdrawOrderId: 'h3' })).status, 200);
  });

  test('has no effect on an operation to which its preset does not apply', async () => {
    const end = await lab.send('GET', '/wapi/v3/accountStatus.html', {}, header('commit-then-504'));
    assert.ok(end.kind === 'reply' && end.status === 200);
  });

  test('without such a preset the request is rejected, naming the presets, and nothing is done', async () => {
    const end = await lab.send('POST', path, lab.order({ withdrawOrderId: 'h4' }), header('comit-then-504'));
    assert.ok(end.kind === 'reply' && end.status === 400);
    assert.match(end.text, /Bursar-Fault.*'comit-then-504' is not a preset/);
    for (const name of presetNames) assert.ok(end.text.includes(name), name);
    assert.deepEqual(await lab.idsOf('h4'), []);
  });
});

describe('a magic value', () => {
  test('in the name, once per account and value', async () => {
    const name = 'lab:commit-then-504';
    assert.equal((await lab.withdraw({ name, withdrawOrderId: 'm1' })).status, 504);
    assert.equal((await lab.withdraw({ name, withdrawOrderId: 'm2' })).status, 200);
    assert.equal((await lab.withdraw({ name, withdrawOrderId: 'm1' }, lab.bob)).status, 504);
    assert.equal((await lab.idsOf('m1')).length, 1);
  });

  test('in the order id, so that a repetition gets the reply of the first', async () => {
    const withdrawOrderId = 'lab-commit-then-504-7';
    assert.equal((await lab.withdraw({ withdrawOrderId })).status, 504);
    const again = await lab.withdraw({ withdrawOrderId });
    assert.equal(again.status, 200);
    // A look-up by this id fires nothing.
    assert.deepEqual(await lab.idsOf(withdrawOrderId), [again.body.id]);
  });

  test('a preset whose name begins with that of another is recognised', async () => {
    const { text } = await lab.withdraw({ withdrawOrderId: 'lab-success-false-with-id-1' });
    assert.match(text, /"id":/);
  });

  test('that names no preset is rejected, naming them, and nothing is done', async () => {
    for (const values of [
      { name: 'lab:nothing', withdrawOrderId: 'm5' },
      { name: 'lab:', withdrawOrderId: 'm5' },
      { withdrawOrderId: 'lab-nothing-1' },
      { withdrawOrderId: 'lab-commit-then-504' },
    ]) {
      const { status, text } = await lab.withdraw(values);
      assert.equal(status, 400);
      assert.match(
        text,
        /names no preset of the lab; (did you mean [^?]+\? Otherwise )?there are commit-then-504, /,
      );
      assert.deepEqual(await lab.idsOf(values.withdrawOrderId), []);
    }
  });
});

test('firings are listed with their source, and counted by preset', async () => {
  const { body } = await lab.exchange.operator('GET', '/lab/firings');
  const sources = new Set(body.firings.map(({ source }: { source: string }) => source));
  assert.ok(sources.has('header') && sources.has('magic-value'));
  const numbers = body.firings.map(({ requestNumber }: { requestNumber: number }) => requestNumber);
  assert.deepEqual(
    numbers,
    numbers.toSorted((one: number, other: number) => one - other),
  );
  const metrics = await (await fetch(`${lab.exchange.operatorUrl}/metrics`)).text();
  const labels = { preset: 'commit-then-504' };
  const count = figureOf(parseExposition(metrics), 'bursar_lab_faults_fired_total', labels);
  const listed = body.firings.filter(({ preset }: { preset: string }) => preset === labels.preset);
  // The list forgets the firings of deleted rules.
  assert.ok(Number(count) >= listed.length && listed.length > 0);
});
