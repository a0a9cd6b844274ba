/** Deposit addresses that networks share: they belong to one account, whatever the asset and the network of the group. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Credentials, type Exchange, type Reply, startExchange } from '../support/exchange.ts';
import {
  assertRejected,
  catalogClient,
  credit,
  done,
  openCustomer,
  strangerAddress,
  withdraw,
} from './operator-client.ts';

describe('address groups', () => {
  let exchange: Exchange;
  let alice: Credentials;
  let bob: Credentials;

  before(async () => {
    exchange = await startExchange();
    alice = await openCustomer(exchange, 'alice@x.com');
    bob = await openCustomer(exchange, 'bob@x.com');
    await credit(exchange, 'alice@x.com', 'ETH', '1000');
    await define('/networks/BSC', { addressGroup: 'ETH' });
    await define('/assets/USDT', { networks: [{ network: 'ETH' }] });
  });
  after(() => exchange.close());

  const { put, get, define, addressOf } = catalogClient(() => exchange);

  test('an address belongs to an account and a group of networks, whatever the asset', async () => {
    const gives = async (asset: string, network: string) => (await addressOf(bob, asset, network)).address;
    await define('/assets/BNB', { networks: [{ network: 'BSC' }] });
    const shared = await gives('ETH', 'ETH');
    assert.equal(await gives('BNB', 'BSC'), shared);
    assert.equal(await gives('USDT', 'ETH'), shared);
    const brought = { asset: 'USDT', network: 'ETH', address: strangerAddress(77) };
    const bobs = '/accounts/bob@x.com/deposit-addresses';
    const first = await define(bobs, brought);
    assert.deepEqual(await define(bobs, brought), first, 'repeating it has the same reply');
    assert.equal(await gives('BNB', 'BSC'), brought.address);
    assertRejected(
      await put('/accounts/alice@x.com/deposit-addresses', brought),
      409,
      -9409,
      /belongs to another account/,
    );
    for (const [asset, network, address] of [
      ['BNB', 'BSC', shared],
      ['ETH', 'ETH', shared],
      ['USDT', 'ETH', brought.address],
    ]) {
      const reply = await exchange.operator('POST', '/deposits', { asset, network, address, amount: '1' });
      assert.deepEqual([reply.status, reply.body.email], [201, 'bob@x.com'], reply.text);
    }
    await define(bobs, { ...brought, address: shared });
    const { depositAddresses } = await get(bobs);
    const inGroup = depositAddresses.filter((each: { addressGroup: string }) => each.addressGroup === 'ETH');
    assert.deepEqual(
      inGroup.map((each: { address: string; retiredAt: number | null }) => [
        each.address,
        each.retiredAt === null,
      ]),
      [
        [shared, true],
        [brought.address, false],
      ],
    );
  });

  test('a withdrawal to an address of this exchange on another network of the group completes at once', async () => {
    const address = (await addressOf(bob, 'ETH', 'ETH')).address;
    await credit(exchange, 'alice@x.com', 'BNB', '5');
    const reply = await withdraw(exchange, alice, {
      asset: 'BNB',
      network: 'BSC',
      address: address.toLowerCase(),
      amount: '2',
    });
    assert.equal((await get(`/withdrawals/${reply.body.id}`)).stage, 'completed');
  });

  test('a withdrawal to an address of this exchange without an owner is rejected', async () => {
    await define('/assets/XRP', { scale: 6, networks: [{ network: 'XRP' }] });
    await credit(exchange, 'alice@x.com', 'XRP', '100');
    const { address, addressTag } = await addressOf(bob, 'XRP', 'XRP');
    const send = (query: object) => withdraw(exchange, alice, { asset: 'XRP', address, ...query });
    assertRejected(await send({}), 400, -4008);
    assertRejected(await send({ addressTag: '4000000000' }), 400, -4008);
    assert.equal((await send({ addressTag })).status, 200);
    const shut = (depositEnabled: boolean) =>
      done(exchange, 'PATCH', '/assets/XRP', { networks: [{ network: 'XRP', depositEnabled }] });
    await shut(false);
    assertRejected(await send({ addressTag }), 400, -4007);
    await shut(true);
    assert.equal((await send({ addressTag })).status, 200);
  });

  test('an external address belongs to this exchange as soon as an operator puts it', async () => {
    const address = strangerAddress(55);
    const send = () => withdraw(exchange, alice, { address, amount: '1' });
    const stageOf = async (reply: Reply) => (await get(`/withdrawals/${reply.body.id}`)).stage;
    assert.notEqual(await stageOf(await send()), 'completed');
    await done(exchange, 'POST', '/accounts', { email: 'carol@x.com' });
    await define('/accounts/carol@x.com/deposit-addresses', { asset: 'ETH', network: 'ETH', address });
    assert.equal(await stageOf(await send()), 'completed');
  });
});
