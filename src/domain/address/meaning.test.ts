/** Address keys: all spellings have one key, embedded tags are extracted, and unspendable addresses are recognised. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { base58, bech32 } from '@scure/base';
import fc from 'fast-check';
import { type AddressFormat, addressFormats, deriveAddress, readAddress } from './address.ts';
import { monero } from './monero.ts';
import { rulesOf } from './published-addresses.ts';
import { writeHashAddress } from './script.ts';
import { substrate } from './substrate.ts';

const anySeed = fc.uint8Array({ minLength: 32, maxLength: 32 });

function keyOf(format: AddressFormat, address: string): string | undefined {
  return readAddress(rulesOf(format), address)?.key;
}

function assertOneKey(format: AddressFormat, addresses: string[]): void {
  const keys = new Set(addresses.map((address) => keyOf(format, address)));
  assert.equal(keys.size, 1, `${format}: ${addresses.join()}`);
  assert.ok(!keys.has(undefined), `${format}: ${addresses.join()}`);
}

test('both spellings of a Litecoin script hash have the same key', () => {
  assertOneKey('litecoin', ['MQMcJhpWHYVeQArcZR3sBgyPZxxRtnH441', '3J9TzpQYLReDbfaiTY4XN3izFGMyswQgCb']);
});

test('all spellings of any script hash, key hash or account have the same key', () => {
  const anyHash = fc.uint8Array({ minLength: 20, maxLength: 20 });
  fc.assert(
    fc.property(anyHash, anySeed, (hash, seed) => {
      assertOneKey('litecoin', [writeHashAddress(0x32, hash), writeHashAddress(0x05, hash)]);
      for (const format of ['bitcoin', 'litecoin', 'cosmos', 'beacon', 'cardano'] as const) {
        const address = deriveAddress(rulesOf(format), seed);
        assertOneKey(format, [address, address.toUpperCase()]);
      }
      const cash = deriveAddress(rulesOf('bitcoin-cash'), seed);
      const bare = cash.slice('bitcoincash:'.length);
      const keyHash = Buffer.from(keyOf('bitcoin-cash', cash)?.slice('p2pkh:'.length) ?? '', 'hex');
      const legacy = writeHashAddress(0x00, keyHash);
      assertOneKey('bitcoin-cash', [cash, bare, cash.toUpperCase(), bare.toUpperCase(), legacy]);
      const evm = deriveAddress(rulesOf('evm'), seed);
      const digits = evm.slice(2);
      assertOneKey('evm', [evm, `0x${digits.toLowerCase()}`, `0x${digits.toUpperCase()}`]);
    }),
  );
});

test('the cashaddr and legacy addresses in the specification have the same key', () => {
  const pairs = [
    ['1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu', 'bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a'],
    ['1KXrWXciRDZUpQwQmuM1DbwsKDLYAYsVLR', 'bitcoincash:qr95sy3j9xwd2ap32xkykttr4cvcu7as4y0qverfuy'],
    ['16w1D5WRVKJuZUsSRzdLp9w3YGcgoxDXb', 'bitcoincash:qqq3728yw0y47sqn6l2na30mcw6zm78dzqre909m2r'],
    ['3CWFddi6m4ndiGyKqzYvsFYagqDLPVMTzC', 'bitcoincash:ppm2qsznhks23z7629mms6s4cwef74vcwvn0h829pq'],
    ['3LDsS579y7sruadqu11beEJoTjdFiFCdX4', 'bitcoincash:pr95sy3j9xwd2ap32xkykttr4cvcu7as4yc93ky28e'],
    ['31nwvkZwyPdgzjBJZXfDmSWsC4ZLKpYyUw', 'bitcoincash:pqq3728yw0y47sqn6l2na30mcw6zm78dzq5ucqzc37'],
  ];
  for (const [legacy = '', cash = ''] of pairs) assertOneKey('bitcoin-cash', [legacy, cash]);
});

test('a token-aware Bitcoin Cash address has the same key as the plain one', () => {
  assertOneKey('bitcoin-cash', [
    'bitcoincash:qr6m7j9njldwwzlg9v7v53unlr4jkmx6eylep8ekg2',
    'bitcoincash:zr6m7j9njldwwzlg9v7v53unlr4jkmx6eycnjehshe',
  ]);
  assertOneKey('bitcoin-cash', [
    'bitcoincash:ppawqn2h74a4t50phuza84kdp3794pq3ccvm92p8sh',
    'bitcoincash:rpawqn2h74a4t50phuza84kdp3794pq3cct3k50p0y',
  ]);
  const long = 'bitcoincash:pvqqqqqqqqqqqqqqqqqqqqqqzg69v7ysqqqqqqqqqqqqqqqqqqqqqpkp7fqn0';
  assert.match(keyOf('bitcoin-cash', long) ?? '', /^p2sh:[0-9a-f]{64}$/);
});

test('a Zcash TEX address has the key of the transparent address of its hash', () => {
  assertOneKey('zcash', [
    't1V9mnyk5Z5cTNMCkLbaDwSskgJZucTLdgW',
    'tex10wur2u9clts5dcpu2vc6qg93uzyj7cca2xm732',
  ]);
});

test("a unified address with one receiver has the key of that receiver's own address", () => {
  const unified =
    'u187vrwl4ampyxd5m6aj38n4ndkmj8v6gs97hkt23aps3sn5k89a0gk2smluexgdprcrtm56ezc5c7tjwlrnnl79tjtrxmqd42c5mpyz7g';
  const bytes = Buffer.from(keyOf('zcash', unified)?.slice('sapling:'.length) ?? '', 'hex');
  assertOneKey('zcash', [unified, unified.toUpperCase(), bech32.encodeFromBytes('zs', bytes)]);
});

test('raw and user-friendly TON addresses have the key of the account', () => {
  assertOneKey('ton', [
    'EQDKbjIcfM6ezt8KjKJJLshZJJSqX7XOA4ff-W72r5gqPrHF',
    'UQDKbjIcfM6ezt8KjKJJLshZJJSqX7XOA4ff-W72r5gqPuwA',
    'EQDKbjIcfM6ezt8KjKJJLshZJJSqX7XOA4ff+W72r5gqPrHF',
    'UQDKbjIcfM6ezt8KjKJJLshZJJSqX7XOA4ff+W72r5gqPuwA',
    '0:ca6e321c7cce9ecedf0a8ca2492ec8592494aa5fb5ce0387dff96ef6af982a3e',
    '0:CA6E321C7CCE9ECEDF0A8CA2492EC8592494AA5FB5CE0387DFF96EF6AF982A3E',
  ]);
});

test('the same TON account digits on the masterchain and on the basic chain have different keys', () => {
  const digits = '3'.repeat(64);
  assertOneKey('ton', ['Ef8zMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzM0vF', `-1:${digits}`]);
  assert.notEqual(keyOf('ton', `-1:${digits}`), keyOf('ton', `0:${digits}`));
});

test('a key hash in Base58Check and in Bech32 are two addresses, because they pay to different scripts', () => {
  const hash = bech32.fromWords(bech32.decode('bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4').words.slice(1));
  const keys = [
    'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4',
    writeHashAddress(0, hash),
    writeHashAddress(5, hash),
  ];
  assert.equal(new Set(keys.map((address) => keyOf('bitcoin', address))).size, 3);
});

test('Base58 stays case-sensitive even if it begins like Bech32', () => {
  const lookalike = base58.decode(`LTC1${'z'.repeat(30)}`);
  const address = writeHashAddress(0x30, lookalike.subarray(1, 21));
  assert.match(address, /^LTC1/);
  assert.notEqual(keyOf('litecoin', address), undefined);
});

test("an embedded tag is extracted, and the address has the key of its owner's plain address", () => {
  const inside: [AddressFormat, string, string, string | undefined][] = [
    [
      'ripple',
      'XVLhHMPHU98es4dbozjVtdWzVrDjtV5fdx1mHp98tDMoQXb',
      'rGWrZyQqhTp9Xu7G5Pkayo7bXjH4k4QYpf',
      undefined,
    ],
    ['ripple', 'XVLhHMPHU98es4dbozjVtdWzVrDjtV8AqEL4xcZj5whKbmc', 'rGWrZyQqhTp9Xu7G5Pkayo7bXjH4k4QYpf', '0'],
    [
      'ripple',
      'XVLhHMPHU98es4dbozjVtdWzVrDjtVoKj3MnFGMXEFMnvJV',
      'rGWrZyQqhTp9Xu7G5Pkayo7bXjH4k4QYpf',
      '276',
    ],
    [
      'ripple',
      'XVLhHMPHU98es4dbozjVtdWzVrDjtV18pX8yuPT7y4xaEHi',
      'rGWrZyQqhTp9Xu7G5Pkayo7bXjH4k4QYpf',
      '4294967295',
    ],
    [
      'stellar',
      'MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJUAAAAAAAAAAAACJUQ',
      'GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ',
      '0',
    ],
    [
      'stellar',
      'MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVAAAAAAAAAAAAAJLK',
      'GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ',
      '9223372036854775808',
    ],
    [
      'monero',
      '4LL9oSLmtpccfufTMvppY6JwXNouMBzSkbLYfpAV5Usx3skxNgYeYTRj5UzqtReoS44qo9mtmXCqY45DJ852K5Jv2bYXZKKQePHES9khPK',
      '4GdoN7NCTi8a5gZug7PrwZNKjvHFmKeV11L6pNJPgj5QNEHsN6eeX3DaAQFwZ1ufD4LYCZKArktt113W7QjWvQ7CWD1FFMXoYHeE6M55k9',
      undefined,
    ],
  ];
  for (const [format, address, owner, tag] of inside.slice(0, 6)) {
    const read = readAddress(rulesOf(format), address);
    assert.equal(read?.key, keyOf(format, owner), `${format} ${address}`);
    assert.equal(read?.tag, tag, `${format} ${address}`);
  }
  const integrated = readAddress(rulesOf('monero'), inside[6]?.[1] ?? '');
  assert.match(integrated?.tag ?? '', /^[0-9a-f]{16}$/);
  assert.equal(keyOf('monero', integrated?.key ?? ''), integrated?.key);
});

const zeroHash = new Uint8Array(20);

/** Addresses that nobody can own, of each family; or the reason why it recognises none. */
const nobodys: Record<AddressFormat, readonly [string, ...string[]] | { readonly none: string }> = {
  bitcoin: [
    '1111111111111111111114oLvT2',
    '1HT7xU2Ngenf7D4yocz2SAcnNLW7rK8d4E',
    '1BitcoinEaterAddressDontSendf59kuE',
    'bc1pfeessrawgf',
    '31h1vYVSYuKP6AhS86fbRdMw9XHieotbST',
    bech32.encode('bc', [0, ...new Array<number>(32).fill(0)]),
  ],
  litecoin: [writeHashAddress(0x30, zeroHash), writeHashAddress(0x32, zeroHash)],
  dogecoin: [writeHashAddress(0x1e, zeroHash), 'DDogepartyxxxxxxxxxxxxxxxxxxw1dfzr'],
  'bitcoin-cash': ['bitcoincash:qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqfnhks603', '1111111111111111111114oLvT2'],
  zcash: [writeHashAddress(0x1cb8, zeroHash)],
  evm: [
    `0x${'e'.repeat(40)}`,
    `0x${'0'.repeat(40)}`,
    ...['1', '9', 'a', '100', 'dead', 'dEaD'].map((end) => `0x${end.padStart(40, '0')}`),
  ],
  tron: ['T9yD14Nj9j7xAB4dbGeiX9h8unkKHxuWwb', 'TLsV52sRDL79HXGGm9yzwKibb6BeruhUzy'],
  ripple: ['rrrrrrrrrrrrrrrrrrrrrhoLvTp', 'rrrrrrrrrrrrrrrrrrrrBZbvji', 'rrrrrrrrrrrrrrrrrNAMEtxvNvQ'],
  stellar: ['GAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAWHF'],
  monero: [
    monero.write(new Uint8Array(64), rulesOf('monero')),
    monero.write(new Uint8Array(64).fill(1, 32), rulesOf('monero')),
  ],
  solana: [
    '11111111111111111111111111111111',
    '1nc1nerator11111111111111111111111111111111',
    'SysvarC1ock11111111111111111111111111111111',
    'So11111111111111111111111111111111111111112',
    'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA',
  ],
  ton: ['EQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAM9c', `0:${'0'.repeat(64)}`],
  cosmos: [bech32.encodeFromBytes('cosmos', zeroHash)],
  beacon: [bech32.encodeFromBytes('bnb', zeroHash)],
  substrate: [substrate.write(new Uint8Array(32), rulesOf('substrate'))],
  cardano: [bech32.encode('addr', bech32.toWords(Uint8Array.of(0x61, ...new Uint8Array(28))), 128)],
  pattern: { none: "the operator's expression does not say which bytes of an address are a key or a hash" },
  opaque: { none: 'the address is any text, so that its key or hash is unknown' },
};

for (const format of addressFormats) {
  test(`${format}: addresses that nobody can have a key for are recognised`, () => {
    const add =
      "add an address of a zero key to 'nobodys' in meaning.test.ts, or the reason why there is none";
    const addresses = nobodys[format];
    assert.ok(addresses, `${format} is missing: ${add}`);
    if ('none' in addresses) {
      assert.notEqual(addresses.none, '', `${format} has no reason: ${add}`);
      return;
    }
    assert.notEqual(addresses.length, 0, `${format} has no address: ${add}`);
    for (const address of addresses) {
      const advice = `${format}: 'read' must set 'burn' for ${address}, which nobody can own`;
      assert.equal(readAddress(rulesOf(format), address)?.burn, true, advice);
    }
  });
}

test('no ordinary address counts as unspendable', () => {
  const seeds = Array.from({ length: 50 }, (_, index) => new Uint8Array(32).fill(index));
  for (const format of addressFormats) {
    for (const seed of seeds) {
      const address = deriveAddress(rulesOf(format), seed);
      assert.equal(readAddress(rulesOf(format), address)?.burn, undefined, `${format} ${address}`);
    }
  }
});
