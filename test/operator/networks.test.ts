/** The definition of networks, and what cannot change while funds or addresses depend on it. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { deriveAddress } from '../../src/domain/address/address.ts';
import { type Credentials, type Exchange, type Reply, startExchange } from '../support/exchange.ts';
import {
  assertRejected,
  catalogClient,
  credit,
  done,
  openCustomer,
  signed,
  withdraw,
} from './operator-client.ts';

describe('networks', () => {
  let exchange: Exchange;
  let alice: Credentials;
  let bob: Credentials;

  before(async () => {
    exchange = await startExchange();
    alice = await openCustomer(exchange, 'alice@x.com');
    bob = await openCustomer(exchange, 'bob@x.com');
    await credit(exchange, 'alice@x.com', 'ETH', '1000');
  });
  after(() => exchange.close());

  const { put, patch, get, define, addressOf } = catalogClient(() => exchange);
  const lastAudit = async () => (await get('/audit?limit=1')).entries[0];

  test('a network is stored as put, and its reply can be sent back', async () => {
    const given = { addressFormat: 'cosmos', addressHrp: 'osmo' };
    const made = await define('/networks/OSMO', given);
    const memo = { kind: 'text', maxBytes: 256 };
    const whole = { network: 'OSMO', connector: 'simulated', ...given, tag: memo, addressGroup: 'OSMO' };
    assert.deepEqual(made, whole);
    assert.deepEqual(await get('/networks/OSMO'), made);
    assert.deepEqual(await define('/networks/OSMO', made), made);
    const { networks } = await get('/networks');
    assert.ok(networks.some((each: { network: string }) => each.network === 'OSMO'));
    assertRejected(await exchange.operator('GET', '/networks/NONE'), 404, -9404, /network NONE/);
    assertRejected(await patch('/networks/NONE', { tag: null }), 404, -9404, /network NONE/);
    assertRejected(await put('/networks/OSMO', { ...made, network: 'ATOM' }), 400, -9400, /body\.network/);
  });

  test('PUT of a network must name every field that is set and not the default, PATCH only changes', async () => {
    const own = { tag: { kind: 'text', maxBytes: 100 }, addressGroup: 'JUNOS' };
    const made = await define('/networks/JUNO', { addressFormat: 'cosmos', addressHrp: 'juno', ...own });
    for (const field of ['addressFormat', 'addressHrp', 'tag', 'addressGroup']) {
      const { [field]: _, ...rest } = made;
      const reply = await put('/networks/JUNO', rest);
      assertRejected(reply, 400, -9400, new RegExp(`^${field}: .*PATCH /operator/v1/networks/JUNO`));
    }
    const changed = await done(exchange, 'PATCH', '/networks/JUNO', { addressHrp: 'neta', reason: 'a test' });
    assert.deepEqual(changed, { ...made, addressHrp: 'neta' });
    const { action, subject, reason, details } = await lastAudit();
    assert.deepEqual([action, subject, reason], ['network-put', 'JUNO', 'a test']);
    assert.deepEqual([details.from.addressHrp, details.to.addressHrp], ['juno', 'neta']);
    const other = await done(exchange, 'PATCH', '/networks/JUNO', { addressFormat: 'evm' });
    assert.deepEqual(other, {
      network: 'JUNO',
      connector: 'simulated',
      addressFormat: 'evm',
      tag: null,
      addressGroup: 'JUNOS',
    });
  });

  test('a network has a name and an explorer, also while it is in use; no two share a domain', async () => {
    const made = await define('/networks/SEI', { addressFormat: 'evm' });
    await define('/assets/SEI', { networks: [{ network: 'SEI' }] });
    const { address } = await addressOf(alice, 'SEI', 'SEI');
    const coin = async () => {
      const coins = await signed(exchange, alice, 'GET', '/sapi/v1/capital/config/getall');
      const { networkList } = coins.find((each: { coin: string }) => each.coin === 'SEI');
      const path = '/sapi/v1/capital/deposit/address';
      const deposit = await signed(exchange, alice, 'GET', path, { coin: 'SEI' });
      const [{ name, contractAddressUrl }] = networkList;
      assert.equal(deposit.url, `${contractAddressUrl}${address}`);
      return [name, contractAddressUrl];
    };
    assert.deepEqual(await coin(), ['SEI', 'https://sei.explorer.test/address/']);
    const labels = { name: 'Sei (EVM)', explorerUrl: 'https://scan.example/account/' };
    const labelled = await done(exchange, 'PATCH', '/networks/SEI', labels);
    assert.deepEqual(labelled, { ...made, ...labels });
    assert.deepEqual(await define('/networks/SEI', labelled), labelled);
    assert.deepEqual(await coin(), [labels.name, labels.explorerUrl]);

    const shared = { addressFormat: 'evm', explorerUrl: 'http://SCAN.example:8080/x' };
    assertRejected(await put('/networks/SEI2', shared), 409, -9409, /SEI .*scan\.example/);
    const malformed = [
      'scan.example/account/',
      'ftp://scan.example/',
      'https://',
      'https://scan.example',
      'https://a b/',
      'https://[/',
    ];
    for (const explorerUrl of malformed)
      assertRejected(await patch('/networks/SEI', { explorerUrl }), 400, -9400, /explorerUrl/);
    assert.deepEqual(await get('/networks/SEI'), labelled);
    const cleared = await done(exchange, 'PATCH', '/networks/SEI', { name: null, explorerUrl: null });
    assert.deepEqual(cleared, made);
  });

  test('a network whose name implies no address format must be given one', async () => {
    const bitcoin = { networks: [{ network: 'BTC' }, { network: 'SEGWITBTC' }] };
    assertRejected(await put('/assets/BTC', bitcoin), 400, -9400, /SEGWITBTC: addressFormat is required/);
    assertRejected(await put('/networks/SEGWITBTC', {}), 400, -9400, /SEGWITBTC: addressFormat is required/);
    assertRejected(await exchange.operator('GET', '/networks/SEGWITBTC'), 404, -9404);
    const networks = [{ network: 'BTC' }, { network: 'SEGWITBTC', addressFormat: 'bitcoin' }];
    await define('/assets/BTC', { networks });
    await credit(exchange, 'alice@x.com', 'BTC', '1');
    const reply = await withdraw(exchange, alice, { asset: 'BTC', network: 'SEGWITBTC', address: 'hello' });
    assertRejected(reply, 400, -4007);
    assert.equal((await get('/networks/SEGWITBTC')).addressFormat, 'bitcoin');
  });

  test('parameters that a family does not accept are rejected by name', async () => {
    const wrong: readonly (readonly [object, RegExp])[] = [
      [{ addressFormat: 'cosmos' }, /addressHrp/],
      [{ addressFormat: 'evm', addressHrp: 'eth' }, /addressHrp/],
      [{ addressFormat: 'morse' }, /addressFormat/],
      [{ addressFormat: 'evm', tag: { kind: 'number' } }, /tag/],
      [{ addressFormat: 'evm', tag: { kind: 'number', maximum: 9, maxBytes: 3 } }, /tag/],
      [{ addressFormat: 'evm', tag: { kind: 'word' } }, /tag/],
      [{ addressFormat: 'evm', addressGroup: 'no group' }, /addressGroup/],
    ];
    for (const [body, text] of wrong) assertRejected(await put('/networks/WRONG', body), 400, -9400, text);
    assertRejected(await put('/networks/wrong', { addressFormat: 'evm' }), 400, -9400, /^path\.network/);
    assertRejected(await exchange.operator('GET', '/networks/WRONG'), 404, -9404);
  });

  test('an asset cannot change the rules of an existing network', async () => {
    const reply = await put('/assets/OTHER', { networks: [{ network: 'ETH', addressFormat: 'tron' }] });
    assertRejected(reply, 409, -9409, /ETH has addressFormat "evm"/);
    const same = await define('/assets/OTHER', { networks: [{ network: 'ETH', addressFormat: 'evm' }] });
    assert.equal(same.networks[0].addressFormat, 'evm');
    const changed = await patch('/assets/OTHER', { networks: [{ network: 'ETH', addressFormat: 'tron' }] });
    assertRejected(changed, 409, -9409, /ETH has addressFormat "evm"/);
  });

  test('networks of one address group have the same rules', async () => {
    const tron = { addressFormat: 'tron', addressGroup: 'ETH' };
    assertRejected(await put('/networks/TRX', tron), 409, -9409, /ETH is also in the address group ETH/);
    const tagged = { addressFormat: 'evm', tag: { kind: 'number', maximum: 1_000_000 }, addressGroup: 'ETH' };
    assertRejected(await put('/networks/TAGGED', tagged), 409, -9409, /address group ETH/);
    await define('/networks/BSC', { addressGroup: 'ETH' });
    assertRejected(await patch('/networks/BSC', {}), 400, -9400, /contains no changes/);
    assertRejected(await patch('/networks/BSC', { addressFormat: 'tron' }), 409, -9409, /address group ETH/);
  });

  describe('networks in use', () => {
    const arbitrum = { network: 'ARB', addressFormat: 'evm' };
    before(async () => {
      await define('/assets/OPTARB', { networks: [arbitrum] });
      await credit(exchange, 'alice@x.com', 'OPTARB', '100');
    });

    test('the rules of issued addresses cannot change, and the addresses stay recognised', async () => {
      const { address } = await addressOf(bob, 'OPTARB', 'ARB');
      const fee = { network: 'ARB', withdrawFee: '1' };
      const rejected = await put('/assets/OPTARB', { networks: [fee] });
      assertRejected(rejected, 400, -9400, /is missing.*PATCH \/operator\/v1\/assets\/OPTARB/);
      for (const change of [
        { addressFormat: 'opaque' },
        { addressFormat: 'tron' },
        { tag: { kind: 'text', maxBytes: 9 } },
        { addressGroup: 'ELSEWHERE' },
      ]) {
        assertRejected(await patch('/networks/ARB', change), 409, -9409, /in use: 1 issued address\.$/);
      }
      await done(exchange, 'PATCH', '/assets/OPTARB', { networks: [fee] });
      const reply = await withdraw(exchange, alice, { asset: 'OPTARB', address, amount: '7' });
      assert.equal(reply.status, 200, reply.text);
      const withdrawal = await get(`/withdrawals/${reply.body.id}`);
      assert.deepEqual([withdrawal.stage, withdrawal.fee], ['completed', '1']);
      const seen = await exchange.operator('POST', '/deposits', { asset: 'OPTARB', address, amount: '2' });
      assert.equal(seen.body.email, 'bob@x.com', seen.text);
    });

    test('a network with open withdrawals, deposits or addresses is not removed, only closed', async () => {
      const tron = { network: 'TRX', withdrawFee: '1' };
      const made = await define('/assets/USDT', { networks: [{ network: 'ETH' }, tron] });
      const kept = { ...made, networks: made.networks.slice(0, 1) };
      const { address } = await addressOf(bob, 'USDT', 'TRX');
      const removal = { networks: [{ network: 'TRX', remove: true }] };
      const inTheWay = (text: RegExp) => async (reply: Promise<Reply>) =>
        assertRejected(await reply, 409, -9409, text);
      const addressOnly = inTheWay(/TRX cannot be removed from USDT .*: 1 issued address\. .*depositEnabled/);
      await addressOnly(put('/assets/USDT', kept));
      await addressOnly(patch('/assets/USDT', removal));

      await exchange.operator('POST', '/deposits', { asset: 'USDT', network: 'TRX', address, amount: '5' });
      await inTheWay(/1 deposit in progress and 1 issued address/)(put('/assets/USDT', kept));

      await credit(exchange, 'alice@x.com', 'USDT', '50');
      await done(exchange, 'PATCH', '/accounts/alice@x.com', { withdrawConfirmation: 'email' });
      const outside = deriveAddress({ addressFormat: 'tron' }, new Uint8Array(32).fill(9));
      const sent = { asset: 'USDT', network: 'TRX', address: outside, amount: '9' };
      assert.equal((await withdraw(exchange, alice, sent)).status, 200);
      await done(exchange, 'PATCH', '/accounts/alice@x.com', { withdrawConfirmation: 'none' });
      await inTheWay(/1 open withdrawal, 1 deposit in progress and 1 issued address/)(
        patch('/assets/USDT', removal),
      );

      const shut = { network: 'TRX', depositEnabled: false, withdrawEnabled: false };
      const closed = await done(exchange, 'PATCH', '/assets/USDT', { networks: [shut] });
      assert.deepEqual(
        [closed.networks[1].depositEnabled, closed.networks[1].withdrawEnabled],
        [false, false],
      );
    });

    test('an unused network can be removed and added again', async () => {
      const two = { networks: [{ network: 'ETH' }, { network: 'SPARE', addressFormat: 'evm' }] };
      const made = await define('/assets/SPARE', two);
      const removed = await done(exchange, 'PATCH', '/assets/SPARE', {
        networks: [{ network: 'SPARE', remove: true }],
      });
      assert.deepEqual(removed, { ...made, networks: made.networks.slice(0, 1) });
      const again = { networks: [{ network: 'SPARE', remove: true }] };
      assertRejected(await patch('/assets/SPARE', again), 400, -9400, /SPARE is not a network of SPARE/);
      assert.deepEqual(await done(exchange, 'PATCH', '/assets/SPARE', { networks: [two.networks[1]] }), made);
      const last = {
        networks: [
          { network: 'ETH', remove: true },
          { network: 'SPARE', remove: true },
        ],
      };
      assertRejected(await patch('/assets/SPARE', last), 400, -9400, /one network/);
    });
  });

  test('PATCH merges, networks by name; PUT must name every field that is set', async () => {
    const networks = [
      { network: 'ETH', withdrawFee: '3', minConfirm: 2, depositTip: 'Slow today' },
      { network: 'BSC', withdrawFee: '.5', depositMinimum: '1' },
    ];
    const limits = { withdrawMaximumPerDay: '1000', autoApprovalLimit: '10' };
    const made = await define('/assets/MERGE', { name: 'Merged', ...limits, networks });
    const changed = await done(exchange, 'PATCH', '/assets/MERGE', {
      networks: [{ network: 'BSC', withdrawFee: '0.25' }],
      reason: 'cheaper',
    });
    const bsc = { ...made.networks[1], withdrawFee: '0.25' };
    assert.deepEqual(changed, { ...made, networks: [made.networks[0], bsc] });
    const { action, details } = await lastAudit();
    assert.deepEqual([action, details.from, details.to], ['asset-put', made, changed]);

    const cases: [string, object][] = Object.keys(changed)
      .filter((field) => field !== 'asset' && field !== 'networks')
      .map((field) => [field, { ...changed, [field]: undefined }]);
    for (const field of Object.keys(changed.networks[0]).filter((each) => each !== 'network')) {
      const first = { ...changed.networks[0], [field]: undefined };
      cases.push([`networks\\[0\\]\\.${field}`, { ...changed, networks: [first, bsc] }]);
    }
    for (const [field, body] of cases) {
      const reply = await put('/assets/MERGE', body);
      assertRejected(reply, 400, -9400, new RegExp(`^${field}: is missing.*PATCH /operator/v1/assets/MERGE`));
    }
    assert.deepEqual(await get('/assets/MERGE'), changed, 'nothing changed');
    assert.deepEqual(await define('/assets/MERGE', changed), changed);

    const unset = { withdrawMaximumPerDay: null, networks: [{ network: 'ETH', depositTip: null }] };
    const { depositTip: _, ...plain } = made.networks[0];
    assert.deepEqual(await done(exchange, 'PATCH', '/assets/MERGE', unset), {
      ...changed,
      withdrawMaximumPerDay: null,
      networks: [plain, bsc],
    });
    const twice = { networks: [{ network: 'BSC' }, { network: 'BSC' }] };
    assertRejected(await patch('/assets/MERGE', twice), 400, -9400, /BSC is listed twice/);
    assertRejected(await patch('/assets/MERGE', {}), 400, -9400, /contains no changes/);
    assertRejected(await patch('/assets/MERGE', { scale: 9 }), 409, -9409, /scale 8/);
    assertRejected(await patch('/assets/NONE', { name: 'x' }), 404, -9404, /asset NONE/);
  });
});
