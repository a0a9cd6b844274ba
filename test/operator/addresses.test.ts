/** Addresses, tags and transaction ids follow the rules of their networks, in both APIs. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Credentials, type Exchange, startExchange } from '../support/exchange.ts';
import { assertRejected, credit, done, openCustomer, reaches, signed, withdraw } from './operator-client.ts';

const formats = {
  LTC: 'litecoin',
  DOGE: 'dogecoin',
  BCH: 'bitcoin-cash',
  ZEC: 'zcash',
  BTC: 'bitcoin',
  ETH: 'evm',
  TRX: 'tron',
  XRP: 'ripple',
  XLM: 'stellar',
  XMR: 'monero',
  SOL: 'solana',
  TON: 'ton',
  FREE: 'opaque',
};
const parameters = {
  ATOM: { addressFormat: 'cosmos', addressHrp: 'cosmos' },
  DOT: { addressFormat: 'substrate', addressPrefix: 0 },
  DASH: { addressFormat: 'bitcoin', addressVersions: [76, 16] },
  CFX: { addressFormat: 'pattern', addressPattern: 'cfx:[a-z0-9]{42}' },
};
const coin = {
  networks: [
    ...Object.entries(formats).map(([network, addressFormat]) => ({ network, addressFormat })),
    ...Object.entries(parameters).map(([network, rules]) => ({ network, ...rules })),
  ].map((network) => ({ ...network, withdrawFee: '0.1' })),
};
const script = {
  ours: 'MQMcJhpWHYVeQArcZR3sBgyPZxxRtnH441',
  otherSpelling: '3J9TzpQYLReDbfaiTY4XN3izFGMyswQgCb',
};

describe('addresses', () => {
  let exchange: Exchange;
  let sender: Credentials;
  let owner: Credentials;

  before(async () => {
    exchange = await startExchange();
    sender = await openCustomer(exchange, 'sender@x.com');
    owner = await openCustomer(exchange, 'owner@x.com');
    await done(exchange, 'PUT', '/assets/COIN', coin);
    await credit(exchange, 'sender@x.com', 'COIN', '1000');
  });
  after(() => exchange.close());

  const send = (query: Record<string, string>) =>
    withdraw(exchange, sender, { asset: 'COIN', amount: '1', ...query });
  const deposit = (body: object) =>
    exchange.operator('POST', '/deposits', { asset: 'COIN', amount: '1', ...body });
  const assign = (network: string, address: string) =>
    done(exchange, 'PUT', '/accounts/owner@x.com/deposit-addresses', { asset: 'COIN', network, address });
  const issued = (network: string, customer = owner) =>
    signed(exchange, customer, 'GET', '/wapi/v3/depositAddress.html', { asset: 'COIN', network });

  async function assertOwn(query: Record<string, string>): Promise<void> {
    const reply = await send(query);
    assert.equal(reply.status, 200, reply.text);
    const { txId } = await reaches(exchange, reply.body.id, 'completed');
    assert.match(txId, /^Internal transfer /, JSON.stringify(query));
  }

  test('a deposit and a withdrawal to another spelling of an address reach its owner', async () => {
    await assign('LTC', script.ours);
    const seen = await deposit({ network: 'LTC', address: script.otherSpelling });
    assert.deepEqual([seen.status, seen.body.email], [201, 'owner@x.com'], seen.text);
    await assertOwn({ network: 'LTC', address: script.otherSpelling });
    await assertOwn({ network: 'LTC', address: script.ours });
  });

  test('cashaddr without its prefix, in upper case, and the legacy address are the same address', async () => {
    const { address } = await issued('BCH');
    for (const spelling of [address, address.slice(12), address.toUpperCase()]) {
      await assertOwn({ network: 'BCH', address: spelling });
    }
  });

  test('networks without tags issue addresses without tags, one for each account', async () => {
    for (const network of ['DOGE', 'SOL', 'ZEC', 'BCH', 'FREE']) {
      const [one, other] = [await issued(network), await issued(network, sender)];
      assert.deepEqual([one.addressTag, other.addressTag], ['', ''], network);
      assert.notEqual(one.address, other.address);
    }
    for (const network of ['XRP', 'XLM', 'TON', 'XMR']) {
      const [one, other] = [await issued(network), await issued(network, sender)];
      assert.equal(one.address, other.address, network);
      assert.notEqual(one.addressTag, other.addressTag);
    }
  });

  test('a Zcash address of 141 characters and a memo in UTF-8 are accepted', async () => {
    const unified =
      'u1l8xunezsvhq8fgzfl7404m450nwnd76zshscn6nfys7vyz2ywyh4cc5daaq0c7q2su5lqfh23sp7fkf3kt27ve5948mzpfdvckzaect2jtte308mkwlycj2u0eac077wu70vqcetkxf';
    const long = await send({ network: 'ZEC', address: unified });
    assert.equal(long.status, 200, long.text);
    const account = 'GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ';
    const memo = (addressTag: string) => send({ network: 'XLM', address: account, addressTag });
    for (const good of ['café', 'é'.repeat(14), '币安人生', '18446744073709551615']) {
      const reply = await memo(good);
      assert.equal(reply.status, 200, reply.text);
      const { addressTag } = await done(exchange, 'GET', `/withdrawals/${reply.body.id}`);
      assert.equal(addressTag, good);
    }
    assertRejected(await memo(`é${'é'.repeat(14)}`), 400, -4008);
    assertRejected(await memo('x'.repeat(29)), 400, -4008);
  });

  test('a wrong character in an address of the common families is rejected', async () => {
    for (const network of ['LTC', 'DOGE', 'BCH', 'ZEC', 'BTC', 'TRX', 'XRP', 'XLM', 'XMR', 'TON']) {
      const { address } = await issued(network, sender);
      const wrong = `${address.slice(0, -1)}${address.endsWith('q') ? 'p' : 'q'}`;
      assertRejected(await send({ network, address: wrong }), 400, -4007, /Address validation is not passed/);
    }
  });

  test('a family with parameters validates by the parameters of the network', async () => {
    const spellings = { ATOM: /^cosmos1/, DOT: /^1/, DASH: /^X/, CFX: /^cfx:[a-z0-9]{42}$/ };
    const foreign = {
      ATOM: 'osmo1vqpjljwsynsn58dugz0w8ut7kun7t8lsdmkhkm',
      DOT: 'EXtQYFeY2ivDsfazZvGC9aG87DxnhWH2f9kjUUq2pXTZKF5',
      DASH: '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa',
      CFX: 'cfxtest:aak2rra2njvd77ezwjvx04kkds9fzagfe6ku8scz91',
    };
    for (const network of ['ATOM', 'DOT', 'DASH', 'CFX'] as const) {
      const { address, addressTag } = await issued(network);
      assert.match(address, spellings[network]);
      assert.equal(addressTag !== '', network === 'ATOM');
      await assertOwn({ network, address, ...(addressTag && { addressTag }) });
      assertRejected(await send({ network, address: foreign[network] }), 400, -4007);
    }
  });

  test('a missing or invalid parameter, or one of another family, is rejected by name', async () => {
    const define = (rules: object) => exchange.operator('PUT', '/networks/SOME', rules);
    const bad: [object, RegExp][] = [
      [{ addressFormat: 'cosmos' }, /addressHrp/],
      [{ addressFormat: 'cosmos', addressHrp: 'UPPER' }, /addressHrp/],
      [{ addressFormat: 'substrate' }, /addressPrefix/],
      [{ addressFormat: 'substrate', addressPrefix: 46 }, /addressPrefix/],
      [{ addressFormat: 'pattern' }, /addressPattern/],
      [{ addressFormat: 'pattern', addressPattern: '(' }, /addressPattern/],
      [{ addressFormat: 'pattern', addressPattern: 'abc' }, /addressPattern/],
      [{ addressFormat: 'pattern', addressPattern: '(a{900}|b{900}|c{900})' }, /addressPattern/],
      [{ addressFormat: 'evm', addressHrp: 'bc' }, /addressHrp/],
      [{ addressFormat: 'bitcoin', addressVersions: [5, 5] }, /addressVersions/],
      [{ addressFormat: 'ripple', tag: { kind: 'number', maximum: 0 } }, /maximum/],
      [{ addressFormat: 'stellar', tag: { kind: 'text', maxBytes: 257 } }, /maxBytes/],
      [{ addressFormat: 'evm', tag: { kind: 'text', maxBytes: 5 } }, /maxBytes/],
      [{ addressFormat: 'ripple', tag: { kind: 'number', maximum: 999_998 } }, /maximum/],
    ];
    for (const [rules, reason] of bad) assertRejected(await define(rules), 400, -9400, reason);
    const { networks } = await done(exchange, 'GET', '/networks');
    assert.ok(!networks.some((each: { network: string }) => each.network === 'SOME'));
  });

  test('an embedded tag together with addressTag is rejected; alone it is the tag', async () => {
    const integrated =
      '4LL9oSLmtpccfufTMvppY6JwXNouMBzSkbLYfpAV5Usx3skxNgYeYTRj5UzqtReoS44qo9mtmXCqY45DJ852K5Jv2bYXZKKQePHES9khPK';
    const packed = 'XVLhHMPHU98es4dbozjVtdWzVrDjtV8xvjGQTYPiAx6gwDC';
    const muxed = 'MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJUAAAAAAAAAAAACJUQ';
    const cases: [string, string, string][] = [
      ['XMR', integrated, 'ab'.repeat(8)],
      ['XRP', packed, '1'],
      ['XLM', muxed, '0'],
    ];
    for (const [network, address, addressTag] of cases) {
      assertRejected(await send({ network, address, addressTag }), 400, -4008, /Address tag validation/);
      const alone = await send({ network, address });
      assert.equal(alone.status, 200, alone.text);
    }
    await openCustomer(exchange, 'tagged@x.com');
    await done(exchange, 'PUT', '/accounts/tagged@x.com/deposit-addresses', {
      asset: 'COIN',
      network: 'XRP',
      address: 'rGWrZyQqhTp9Xu7G5Pkayo7bXjH4k4QYpf',
      addressTag: '1',
    });
    await assertOwn({ network: 'XRP', address: packed });
  });

  test('a withdrawal to an address that nobody can own is rejected', async () => {
    const nobodys: [string, string[]][] = [
      ['ETH', ['', '1', '9', 'dEaD'].map((end) => `0x${end.padStart(40, '0')}`)],
      ['TRX', ['T9yD14Nj9j7xAB4dbGeiX9h8unkKHxuWwb']],
      ['XRP', ['rrrrrrrrrrrrrrrrrrrrrhoLvTp', 'rrrrrrrrrrrrrrrrrrrrBZbvji']],
      ['XLM', ['GAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAWHF']],
      ['SOL', ['11111111111111111111111111111111']],
      ['TON', ['EQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAM9c']],
      ['BTC', ['1111111111111111111114oLvT2']],
    ];
    for (const [network, addresses] of nobodys) {
      for (const address of addresses) assertRejected(await send({ network, address }), 400, -4007);
    }
  });

  test('one transaction id in upper and lower case is one deposit', async () => {
    const { address } = await issued('BTC');
    const first = await deposit({ network: 'BTC', address, txId: 'ab'.repeat(32) });
    assert.equal(first.status, 201, first.text);
    const again = await deposit({ network: 'BTC', address, txId: 'AB'.repeat(32) });
    assert.equal(again.body.id, first.body.id, again.text);
    assert.equal(again.body.txId, 'ab'.repeat(32));
  });

  test('ids in Base58 and Base64 are case-sensitive', async () => {
    const txId = '5VERv8NMvzbJMEkV8xnrLkEaWRtSz9CosKDYjCJjBRnbJLgp8uirBgmQpjKhoR4tjF3ZpRzrFmBV6UjKdiSZkQUW';
    const { address } = await issued('SOL');
    const [one, other] = [txId, txId.replace('V', 'v')].map((each) =>
      deposit({ network: 'SOL', address, txId: each }),
    );
    assert.notEqual((await one)?.body.id, (await other)?.body.id);
  });

  test('an id in Base64 is accepted on networks that use it, and rejected by name elsewhere', async () => {
    const txId = 'Zk2+VqE3/1v0o8bMZ0d8rX9m3xq1lY6n0aQ7c2T5eUw=';
    for (const network of ['TON', 'FREE']) {
      const { address, addressTag } = await issued(network);
      const seen = await deposit({ network, address, addressTag, txId });
      assert.deepEqual([seen.status, seen.body.txId], [201, txId], seen.text);
    }
    const { address } = await issued('BTC');
    assertRejected(await deposit({ network: 'BTC', address, txId }), 400, -9400, /txId.*BTC/);
  });
});
