/** `bursar/testing`: the guarantees for a test suite that uses it. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import {
  type Bursar,
  BursarError,
  type ChainState,
  type ControlledTransaction,
  type Credentials,
  type Deposit,
  type ExplainedRequest,
  type Firing,
  presets,
  type Snapshot,
  startBursar,
  type Verdict,
  type WorldDiff,
} from '../../src/testing/index.ts';

const limits = { timeout: 120_000 };
const address = '0x6915f16f8791d0a1cc2bf47c13a6b2a92000504b';
let bursar: Bursar;
before(async () => {
  bursar = await startBursar({ blockMs: 0 });
});
after(() => bursar.stop());

/** The client under test. */
async function signed(
  { apiKey, secretKey }: Credentials,
  method: string,
  path: string,
  parameters: Readonly<Record<string, string>>,
) {
  const query = new URLSearchParams({ ...parameters, timestamp: `${Date.now()}` }).toString();
  const signature = createHmac('sha256', secretKey).update(query).digest('hex');
  const headers = { 'X-MBX-APIKEY': apiKey };
  const reply = await fetch(`${bursar.url}${path}?${query}&signature=${signature}`, { method, headers });
  const text = await reply.text();
  return { status: reply.status, text };
}

const withdraw = (who: Credentials, withdrawOrderId: string) =>
  signed(who, 'POST', '/sapi/v1/capital/withdraw/apply', {
    coin: 'ETH',
    address,
    amount: '0.5',
    withdrawOrderId,
  });

type Row = { readonly id: string; readonly status: number; readonly withdrawOrderId?: string };

async function history(who: Credentials): Promise<readonly Row[]> {
  const { status, text } = await signed(who, 'GET', '/sapi/v1/capital/withdraw/history', { coin: 'ETH' });
  assert.equal(status, 200, text);
  return JSON.parse(text);
}

async function freeOf(who: Credentials, asset: string): Promise<string> {
  const { text } = await signed(who, 'GET', '/api/v3/account', {});
  const { balances } = JSON.parse(text) as { balances: readonly { asset: string; free: string }[] };
  return `${Number(balances.find((each) => each.asset === asset)?.free)}`;
}

test('a fault of a world hits its next withdrawal only, and shows what was done', limits, async () => {
  const [one, other] = await Promise.all([bursar.world(), bursar.world()]);
  const fault = await one.fault({ on: { operation: 'withdraw' }, do: 'commit-then-504' });
  assert.deepEqual(await fault.firings(), []);
  assert.equal((await withdraw(other, 'spared')).status, 200);
  assert.equal((await withdraw(one, 'hit')).status, 504);
  const [row, ...more] = await history(one);
  assert.deepEqual(more, []);
  const [firing, ...others] = await fault.firings();
  assert.deepEqual(others, []);
  assert.deepEqual(
    [firing?.preset, firing?.done, firing?.withdrawalId, firing?.apiKey],
    ['commit-then-504', true, row?.id, one.apiKey],
  );
  assert.equal((await withdraw(one, 'again')).status, 200);
});

test('the name of a preset alone is a rule, and a removed one hits nothing', limits, async () => {
  const world = await bursar.world();
  const fault = await world.fault('commit-then-504');
  await fault.remove();
  assert.equal((await withdraw(world, 'unharmed')).status, 200);
  await assert.rejects(fault.remove(), { name: 'BursarError', status: 404 });
});

test('a custom fault may have effects that begin later', limits, async () => {
  const world = await bursar.world();
  const fault = await world.fault({
    do: {
      position: 'after',
      ending: { kind: 'reset' },
      effects: [{ kind: 'history-lag', seconds: 600 }],
    },
  });
  await assert.rejects(withdraw(world, 'hidden'));
  assert.deepEqual(await history(world), []);
  const [firing] = await fault.firings();
  assert.deepEqual([firing?.done, firing?.preset], [true, null]);
  assert.notEqual(firing?.withdrawalId, null);
});

test('a fault of the server hits its own exchange, and no world', limits, async () => {
  const world = await bursar.world();
  const fault = await bursar.fault({ on: { operation: 'withdraw' }, do: 'commit-then-504' });
  assert.equal((await withdraw(world, 'of a world')).status, 200);
  assert.equal((await withdraw(bursar, 'of the server')).status, 504);
  assert.equal((await fault.firings()).length, 1);
});

test('an invalid rule is an error that names the presets', limits, async () => {
  const world = await bursar.world();
  // @ts-expect-error: the types know the presets
  await assert.rejects(world.fault('commit-then-nothing'), (error) => {
    assert.ok(error instanceof BursarError);
    assert.equal(error.status, 400);
    assert.match(error.message, /POST \/operator\/v1\/lab\/faults with status 400: .*commit-then-504/);
    return true;
  });
});

test('a misspelt option is an error that names the valid options', limits, async () => {
  const options = { balance: { ETH: '1' } };
  await assert.rejects(bursar.world(options as object), {
    name: 'BursarError',
    message: 'world has no option balance; there are balances, subAccounts, scenario, storage.',
  });
  const payment = { asset: 'ETH', amount: '1', untill: 'pending' };
  await assert.rejects(
    bursar.deposit(payment),
    /^BursarError: deposit has no option untill; there are asset, /,
  );
});

test('an invalid argument is an error that says what the method takes', limits, async () => {
  const world = await bursar.world();
  await assert.rejects(
    world.restore('s_1' as never),
    /^BursarError: restore takes what world\.snapshot\(\) has/,
  );
  await assert.rejects(
    world.operator('GET', 'assets'),
    /^BursarError: The path 'assets' must begin with \/\./,
  );
});

test('requests explain what this key has sent, and why it was rejected', limits, async () => {
  const [world, other] = await Promise.all([bursar.world(), bursar.world()]);
  await withdraw(other, 'of another');
  await withdraw(world, 'accepted');
  assert.equal((await withdraw({ ...world, secretKey: 'wrong' }, 'rejected')).status, 400);
  const [accepted, rejected, ...more] = await world.requests();
  assert.deepEqual(more, []);
  assert.deepEqual([accepted?.apiKey, accepted?.done, accepted?.rejectedBy], [world.apiKey, 'done', null]);
  assert.deepEqual(
    [rejected?.rejectedBy, rejected?.error?.code, rejected?.done],
    ['signature', -1022, 'not-done'],
  );
  assert.match(rejected?.signedTexts[0]?.text ?? '', /withdrawOrderId=rejected/);
  assert.deepEqual(
    (await world.requests(1)).map(({ number }) => number),
    [rejected?.number],
  );
  assert.deepEqual(
    (await other.requests()).map(({ apiKey }) => apiKey),
    [other.apiKey],
  );
});

test(
  'the verdict distinguishes a client that pays twice from one that repeats with the same id',
  limits,
  async () => {
    const [right, wrong, unharmed] = await Promise.all([bursar.world(), bursar.world(), bursar.world()]);
    for (const world of [right, wrong]) {
      await world.fault({ on: { operation: 'withdraw' }, do: 'commit-then-504' });
      assert.equal((await withdraw(world, 'first')).status, 504);
    }
    assert.equal((await withdraw(right, 'first')).status, 200);
    assert.equal((await withdraw(wrong, 'second')).status, 200);
    const [ofRight, ofWrong] = [await right.verdict(), await wrong.verdict()];
    assert.deepEqual([ofRight.verdict, ofRight.incidents.length], ['right', 1]);
    assert.deepEqual([ofWrong.verdict, ofWrong.incidents.length], ['wrong', 1]);
    assert.ok(ofWrong.incidents[0]?.actions.includes('paid-twice'), ofWrong.sentence);
    assert.equal(ofWrong.incidents[0]?.apiKey, wrong.apiKey);
    assert.deepEqual((await unharmed.verdict()).incidents, []);
  },
);

test('assertRight fails with the actions of the client, or if no fault has hit', limits, async () => {
  const world = await bursar.world();
  await assert.rejects(world.assertRight(), {
    name: 'BursarError',
    message: 'The verdict is open. No fault has hit a request, so nothing is proved.',
  });
  await world.fault('commit-then-504');
  await withdraw(world, 'first');
  await assert.rejects(
    world.assertRight(),
    /^BursarError: The verdict is open\. .*\n- open, after commit-then-504: /,
  );
  await withdraw(world, 'first');
  await world.assertRight();
  const other = await bursar.world();
  await other.fault({ do: { position: 'after', ending: { kind: 'status', status: 502, body: 'empty' } } });
  await withdraw(other, 'second');
  await withdraw(other, 'third');
  await assert.rejects(other.assertRight(), {
    message: /^The verdict is wrong\. 1 incident: .*\n- wrong, after a fault: .*paid twice/,
  });
  await world.assertRight();
});

test('each preset that applies to a withdrawal can be asked for by its name', limits, async () => {
  const world = await bursar.world();
  const applies = presets.filter(({ appliesTo }) => ['all', 'writes', 'withdrawals'].includes(appliesTo));
  assert.ok(applies.length > 14);
  for (const { name } of applies) {
    const fault = await world.fault({ on: { operation: 'withdraw' }, do: name });
    await fault.remove();
  }
});

test('worlds have balances, histories and sub-accounts of their own', limits, async () => {
  const rich = await bursar.world({ balances: { ETH: '3', USDT: '7' }, subAccounts: 2 });
  const usual = await bursar.world();
  assert.equal((await withdraw(rich, 'first')).status, 200);
  assert.deepEqual([await freeOf(rich, 'ETH'), await freeOf(rich, 'USDT')], ['2.5', '7']);
  assert.deepEqual([await freeOf(usual, 'ETH'), await freeOf(usual, 'BTC')], ['100', '10']);
  assert.deepEqual(await history(usual), []);
  assert.equal(new Set([rich, usual, ...rich.subAccounts].map(({ apiKey }) => apiKey)).size, 4);
  const { text } = await signed(rich, 'GET', '/sapi/v1/sub-account/list', {});
  assert.deepEqual(
    (JSON.parse(text).subAccounts as readonly Credentials[]).map(({ email }) => email).sort(),
    rich.subAccounts.map(({ email }) => email).sort(),
  );
});

test('a deposit is completed, or pending if that is asked for', limits, async () => {
  const world = await bursar.world({ balances: {} });
  const completed = await world.deposit({ asset: 'ETH', amount: '2.5' });
  assert.deepEqual([completed.stage, await freeOf(world, 'ETH')], ['completed', '2.5']);
  const tagged = await world.deposit({ asset: 'XRP', amount: '100' });
  assert.equal(tagged.stage, 'completed');
  const pending = await world.deposit({ asset: 'USDT', network: 'BSC', amount: '50', until: 'pending' });
  assert.deepEqual([pending.network, pending.stage], ['BSC', 'pending']);
  assert.equal(await freeOf(world, 'USDT'), '0');
  await assert.rejects(world.deposit({ asset: 'NONE', amount: '1' }), { name: 'BursarError', status: 400 });
});

test('a deposit below the minimum says why it is not completed', limits, async () => {
  const world = await bursar.world({ balances: {} });
  await world.operator('PATCH', '/assets/LTC', { networks: [{ network: 'LTC', depositMinimum: '1' }] });
  await assert.rejects(world.deposit({ asset: 'LTC', amount: '0.5' }), /is below-minimum and not completed/);
});

const [email, second] = ['alice@shop.example', 'bob@shop.example'];
/** Its withdrawal has lost its reply. */
const scenario = {
  time: '2031-12-24T23:00:00Z',
  clock: 'frozen',
  accounts: [{ email, balances: { ETH: '5' } }, { email: second }],
  faults: [{ on: { operation: 'withdraw', account: email }, do: 'commit-then-504' }],
  timeline: [
    {
      do: 'capitalWithdrawApply',
      as: email,
      with: { coin: 'ETH', address, amount: '1', withdrawOrderId: 'invoice-1' },
    },
  ],
};
const orderIds = async (who: Credentials) =>
  (await history(who)).map(({ withdrawOrderId }) => withdrawOrderId).sort();

test(
  'a world begins where its scenario ends, and worlds with the same scenario are independent',
  limits,
  async () => {
    const [world, other] = [await bursar.world({ scenario }), await bursar.world({ scenario })];
    assert.deepEqual(
      world.accounts.map((each) => each.email),
      [email, second],
    );
    assert.deepEqual(
      [world.email, world.apiKey, world.subAccounts.length],
      [email, world.accounts[0]?.apiKey, 0],
    );
    const { frozen, now } = await world.clock.state();
    assert.deepEqual([frozen, now], [true, Date.UTC(2031, 11, 24, 23)]);
    assert.equal((await withdraw(world, 'of the test')).status, 200);
    assert.deepEqual(await orderIds(world), ['invoice-1', 'of the test']);
    assert.deepEqual(await orderIds(other), ['invoice-1']);
    const fork = await world.fork();
    assert.deepEqual(await orderIds(fork), ['invoice-1', 'of the test']);
    assert.deepEqual([fork.email, fork.accounts.length], [email, 2]);
    await world.reset();
    assert.deepEqual(await orderIds(world), ['invoice-1']);
  },
);

test(
  'a scenario may be in a file, and without accounts the world is that of the demo account',
  limits,
  async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'bursar-test-')), 'maximum.yaml');
    writeFileSync(file, 'assets:\n  ETH: { withdrawMaximumPerDay: "0.1" }\n');
    for (const each of [file, pathToFileURL(file)]) {
      const world = await bursar.world({ scenario: each });
      assert.equal(world.email, 'demo@example.com');
      assert.match((await withdraw(world, 'above the maximum')).text, /-4023/);
    }
    writeFileSync(file, 'assets: [');
    await assert.rejects(
      bursar.world({ scenario: file }),
      /^BursarError: world: the scenario .*maximum\.yaml: .*YAML/,
    );
    await assert.rejects(
      bursar.world({ scenario: `${file}.no` }),
      /maximum\.yaml\.no: cannot be read \(Error: ENOENT/,
    );
    const wrong = { timeline: [{ do: 'mineBloks' }] };
    await assert.rejects(
      bursar.world({ scenario: wrong }),
      /body\.scenario\.timeline\[0\]\.do: .*mineBlocks/,
    );
    await assert.rejects(
      bursar.world({ scenario, balances: {} }),
      /a scenario has accounts and balances of its own/,
    );
  },
);

test('a world may be on file, also with a scenario, and so are its forks', limits, async () => {
  for (const options of [{}, { scenario }]) {
    const world = await bursar.world({ ...options, storage: 'file' });
    const storageOf = async ({ name }: { readonly name: string }) =>
      (await bursar.operator<{ readonly storage: string }>('GET', `/lab/worlds/${name}`)).storage;
    assert.equal((await withdraw(world, 'on file')).status, 200);
    const fork = await world.fork();
    assert.deepEqual([await storageOf(world), await storageOf(fork)], ['file', 'file']);
    assert.ok((await orderIds(fork)).includes('on file'));
  }
  // @ts-expect-error: the types know the places
  await assert.rejects(bursar.world({ storage: 'disk' }), { name: 'BursarError', status: 400 });
});

test('chains are mined and reorganised', limits, async () => {
  const { LTC: before = 0 } = await bursar.chain.heights();
  assert.equal(await bursar.chain.mine('LTC', 3), before + 3);
  assert.equal(await bursar.chain.mine('LTC'), before + 4);
  assert.equal(await bursar.chain.reorganise('LTC', 2), before + 2);
  assert.equal((await bursar.chain.heights()).LTC, before + 2);
  await assert.rejects(bursar.chain.mine('NONE'), { name: 'BursarError', status: 404 });
});

test('transactions are held, released, dropped, replaced and failed', limits, async () => {
  const world = await bursar.world();
  const { chain } = world;
  const { txId } = await world.deposit({ asset: 'LTC', amount: '2', until: 'pending' });
  const waiting = async (id: string) => (await chain.state('LTC')).waiting.find((each) => each.txId === id);
  assert.equal((await chain.hold('LTC', { txId })).withdrawalId, null);
  await chain.mine('LTC', 2);
  const held = await waiting(txId);
  assert.deepEqual([held?.direction, held?.asset, held?.amount, held?.held], ['in', 'LTC', '2', true]);
  await chain.release('LTC', { txId });
  const replaced = await chain.replace('LTC', { txId });
  assert.equal(await waiting(txId), undefined);
  assert.equal((await waiting(replaced.txId))?.amount, '2');
  await chain.drop('LTC', { txId: replaced.txId });
  await assert.rejects(chain.drop('LTC', { txId: 'none' }), { name: 'BursarError', status: 409 });
  const { text } = await withdraw(world, 'fails');
  const { id } = JSON.parse(text) as { readonly id: string };
  await assert.rejects(chain.hold('LTC', { withdrawalId: id }), { name: 'BursarError', status: 404 });
  await chain.hold('ETH', { withdrawalId: id });
  assert.equal((await chain.fail('ETH', { withdrawalId: id })).withdrawalId, id);
});

test('a network without automatic blocks, and one whose node fails', limits, async () => {
  const { chain } = bursar;
  const { height, waiting: _, ...state } = await chain.state('LTC');
  assert.deepEqual(state, { network: 'LTC', auto: true, node: 'up' });
  await chain.setAuto('LTC', false);
  await chain.setNode('LTC', 'unknown');
  const { auto, node } = await chain.state('LTC');
  assert.deepEqual([auto, node], [false, 'unknown']);
  await chain.setAuto('LTC', true);
  await chain.setNode('LTC', 'up');
  await chain.mine('LTC', 2);
  assert.equal(await chain.reorganise('LTC', 2, { reinclude: false }), height);
});

test('the key of the server is the demo key', limits, async () => {
  assert.equal((await withdraw(bursar, 'of the demo account')).status, 200);
  assert.equal((await bursar.deposit({ asset: 'BTC', amount: '1' })).stage, 'completed');
});

test('the types are those of the replies', () => {
  type Reply<T> = T extends { readonly reply: infer R extends import('typebox').TSchema }
    ? import('typebox').Static<R>
    : never;
  type Contract = typeof import('../../src/contract/operator/deposits.ts');
  type Lab = typeof import('../../src/contract/operator/lab/faults.ts');
  const asDeposit = (reply: Reply<Contract['getDeposit']>): Deposit => reply;
  type Requests = typeof import('../../src/contract/operator/lab/requests.ts');
  const asRequests = (reply: Reply<Requests['listLabRequests']>): readonly ExplainedRequest[] =>
    reply.requests;
  type Verdicts = typeof import('../../src/contract/operator/lab/verdict.ts');
  type Worlds = typeof import('../../src/contract/operator/lab/world-snapshots.ts');
  const asDiff = (reply: Reply<Worlds['diffLabWorld']>): WorldDiff => reply;
  const asSnapshot = (reply: Reply<Worlds['createLabSnapshot']>): Snapshot => reply;
  assert.ok([asDiff, asSnapshot].every((each) => each !== undefined));
  const asVerdict = (reply: Reply<Verdicts['getLabVerdict']>): Verdict => reply;
  type Chains = typeof import('../../src/contract/operator/lab/chains.ts');
  const asState = (reply: Reply<Chains['getLabChain']>): ChainState => reply;
  const asControlled = (reply: Reply<Chains['controlLabTransaction']>): ControlledTransaction => reply;
  assert.ok([asState, asControlled].every((each) => each !== undefined));
  const asFiring = (reply: Reply<Lab['getLabFault']>): readonly Firing[] => reply.firings;
  assert.ok([asDeposit, asFiring, asRequests, asVerdict].every((each) => each !== undefined));
});

test('the time of a world is frozen, advanced and resumed; other worlds are unaffected', limits, async () => {
  const [world, other] = await Promise.all([bursar.world(), bursar.world()]);
  const { clock } = world;
  const { now } = await clock.freeze({ wire: 'world' });
  const advanced = await clock.advance('1h30m');
  assert.equal(advanced.now, now + 5_400_000);
  assert.equal((await clock.state()).now, advanced.now);
  const { stage } = await world.deposit({ asset: 'LTC', amount: '1' });
  assert.equal(stage, 'completed');
  const later = await clock.advanceTo(new Date(advanced.now + 1000), { wire: 'machine' });
  assert.deepEqual([later.now, later.wire], [advanced.now + 1000, 'machine']);
  await assert.rejects(clock.advanceTo(now), { name: 'BursarError', status: 400 });
  assert.equal((await clock.resume()).frozen, false);
  for (const { clock: its } of [other, bursar]) {
    const state = await its.state();
    assert.ok(!state.frozen && state.now < advanced.now);
  }
});

test('a world is restored to a snapshot, with its time, and reset to its initial state', limits, async () => {
  const world = await bursar.world();
  await world.clock.freeze();
  assert.equal((await withdraw(world, 'kept')).status, 200);
  const snapshot = await world.snapshot('after the first');
  assert.equal(snapshot.label, 'after the first');
  await world.clock.advance('1d');
  assert.equal((await withdraw(world, 'forgotten')).status, 200);
  const { since, withdrawals, balances } = await world.diff(snapshot);
  assert.equal(since, snapshot.id);
  assert.equal(withdrawals.filter(({ change }) => change === 'added').length, 1);
  assert.deepEqual(
    balances.map(({ asset, before, after }) => [asset, before.held, after.held]),
    [['ETH', '0.5', '1']],
  );
  assert.equal((await world.diff()).withdrawals.length, 2);
  await world.restore(snapshot);
  assert.equal((await world.clock.state()).now, snapshot.at);
  assert.deepEqual(
    (await history(world)).map(({ withdrawOrderId }) => withdrawOrderId),
    ['kept'],
  );
  await world.reset();
  assert.deepEqual(await history(world), []);
  assert.equal(await freeOf(world, 'ETH'), '100');
});

test('a fork begins with the state of its original, and is independent afterwards', limits, async () => {
  const world = await bursar.world({ subAccounts: 1 });
  assert.equal((await withdraw(world, 'of both')).status, 200);
  const fork = await world.fork();
  assert.notEqual(fork.name, world.name);
  assert.deepEqual([fork.email, fork.subAccounts.length], [world.email, 1]);
  assert.notEqual(fork.apiKey, world.apiKey);
  assert.equal((await withdraw(fork, 'of the fork')).status, 200);
  assert.deepEqual([(await history(world)).length, (await history(fork)).length], [1, 2]);
});

test('an operator changes the assets of one world only', limits, async () => {
  const [world, other] = await Promise.all([bursar.world(), bursar.world()]);
  await world.operator('PATCH', '/assets/ETH', { withdrawMaximumPerDay: '0.1' });
  assert.deepEqual([(await withdraw(world, 'a')).status, (await withdraw(other, 'a')).status], [400, 200]);
  assert.equal((await withdraw(bursar, 'of the demo')).status, 200);
});

test('the URL of a world reaches it without a key too', limits, async () => {
  const world = await bursar.world();
  const status = async (url: string): Promise<{ readonly status: number }> =>
    JSON.parse(await (await fetch(`${url}/sapi/v1/system/status`)).text());
  await world.operator('PUT', '/system-status', { status: 1 });
  assert.deepEqual([(await status(world.url)).status, (await status(bursar.url)).status], [1, 0]);
});
