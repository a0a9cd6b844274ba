import assert from 'node:assert/strict';
import { test } from 'node:test';
import { base58, base58xmr } from '@scure/base';
import fc from 'fast-check';
import {
  type AddressFormat,
  addressFormats,
  addressKeyOf,
  checkAddress,
  deriveAddress,
  deriveTransactionId,
} from './address.ts';
import { readBase58CheckAddress, writeBase58CheckAddress } from './base58check.ts';

const rulesOf = (addressFormat: AddressFormat) => ({ addressFormat });

const good: Record<AddressFormat, string[]> = {
  bitcoin: [
    '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa',
    '1111111111111111111114oLvT2',
    '3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy',
    'BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4',
    'bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y',
    'BC1SW50QGDZ25J',
    'bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs',
    'bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0',
  ],
  litecoin: [
    'LaMT348PWRnrqeeWArpwQPbuanpXDZGEUz',
    'MQMcJhpWHYVeQArcZR3sBgyPZxxRtnH441',
    '3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy',
    'ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9',
  ],
  evm: [
    '0x52908400098527886E0F7030069857D2E4169EE7',
    '0x8617E340B3D01FA5F11F306F4090FD50E238070D',
    '0xde709f2102306220921060314715629080e2fb77',
    '0x27b1fdb04752bbc536007a920d24acb045561c26',
    '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
    '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359',
    '0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB',
    '0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb',
    '0x6915f16f8791d0a1cc2bf47c13a6b2a92000504b',
    '0x0000000000000000000000000000000000000000',
  ],
  tron: ['TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t', 'TJRabPrwbZy45sbavfcjinPJC18kjpRTv8'],
  ripple: [
    'rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh',
    'rEb8TK3gBgk5auZkwc6sHnwrGVJH8DuaLh',
    'rrrrrrrrrrrrrrrrrrrrrhoLvTp',
    'rrrrrrrrrrrrrrrrrrrrBZbvji',
  ],
  monero: [
    '44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A',
    '888tNkZrPN6JsEgekjMnABU4TBzc2Dt29EPAvkRxbANsAnjyPbb3iQ1YBRk1UXcdRsiKc9dhwMVgN5S9cQUiyoogDavup3H',
    '4LL9oSLmtpccfufTMvppY6JwXNouMBzSkbLYfpAV5Usx3skxNgYeYTRj5UzqtReoS44qo9mtmXCqY45DJ852K5Jv2bYXZKKQePHES9khPK',
  ],
  cardano: [
    'addr1qx2fxv2umyhttkxyxp8x0dlpdt3k6cwng5pxj3jhsydzer3n0d3vllmyqwsx5wktcd8cc3sq835lu7drv2xwl2wywfgse35a3x',
    'addr1z8phkx6acpnf78fuvxn0mkew3l0fd058hzquvz7w36x4gten0d3vllmyqwsx5wktcd8cc3sq835lu7drv2xwl2wywfgs9yc0hh',
    'addr1yx2fxv2umyhttkxyxp8x0dlpdt3k6cwng5pxj3jhsydzerkr0vd4msrxnuwnccdxlhdjar77j6lg0wypcc9uar5d2shs2z78ve',
    'addr1x8phkx6acpnf78fuvxn0mkew3l0fd058hzquvz7w36x4gt7r0vd4msrxnuwnccdxlhdjar77j6lg0wypcc9uar5d2shskhj42g',
    'addr1gx2fxv2umyhttkxyxp8x0dlpdt3k6cwng5pxj3jhsydzer5pnz75xxcrzqf96k',
    'addr128phkx6acpnf78fuvxn0mkew3l0fd058hzquvz7w36x4gtupnz75xxcrtw79hu',
    'addr1vx2fxv2umyhttkxyxp8x0dlpdt3k6cwng5pxj3jhsydzers66hrl8',
    'addr1w8phkx6acpnf78fuvxn0mkew3l0fd058hzquvz7w36x4gtcyjy7wx',
    'Ae2tdPwUPEZLs4HtbuNey7tK4hTKrwNwYtGqp7bDfCy2WdR3P6735W5Yfpe',
    'DdzFFzCqrht7PQiAhzrn6rNNoADJieTWBt8KeK9BZdUsGyX9ooYD9NpMCTGjQoUKcHN47g8JMXhvKogsGpQHtiQ65fZwiypjrC6d3a4Q',
    'DdzFFzCqrht4PWfBGtmrQz4x1GkZHYLVGbK7aaBkjWxujxzz3L5GxCgPiTsks5RjUr3yX9KvwKjNJBt7ZzPCmS3fUQrGeRvo9Y1YBQKQ',
  ],
  beacon: ['bnb1grpf0955h0ykzq3ar5nmum7y6gdfl6lxfn46h2', 'BNB136NS6LFW4ZS5HG4N85VDTHAAD7HQ5M4GTKGF23'],
  opaque: ['1', 'anything~!', 'x'.repeat(128)],
};

const bad: Record<AddressFormat, string[]> = {
  bitcoin: [
    'mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn', // test network
    '5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ', // a private key
    ' 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa',
    '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa\n',
    '11A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa',
    'tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7', // test network
    'bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd', // version 1 in Bech32
    'BC1S0XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ54WELL', // version 16 in Bech32
    'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kemeawh', // version 0 in Bech32m
    'bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4', // no such character
    'BC130XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ7ZWS8R', // version 17
    'bc1pw5dgrnzv', // 1 byte
    'bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v8n0nx0muaewav253zgeav', // 41 bytes
    'BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P', // version 0 with 16 bytes
    'bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v07qwwzcrf', // padding of more than 4 bits
    'bc1gmk9yu', // empty
    'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3T4', // mixed case
  ],
  litecoin: ['1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa', 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4'],
  evm: [
    '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD', // one letter in the wrong case
    '0X6915f16f8791d0a1cc2bf47c13a6b2a92000504b',
    '6915f16f8791d0a1cc2bf47c13a6b2a92000504b',
    '0x6915f16f8791d0a1cc2bf47c13a6b2a92000504',
    '0x6915f16f8791d0a1cc2bf47c13a6b2a92000504b0',
    '0x6915f16f8791d0a1cc2bf47c13a6b2a92000504g',
  ],
  tron: ['1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa', '41a614f803b6fd780986a42c78ec9c7f77e6ded13c'],
  ripple: [
    'X7AcgcsBL6XDcUb289X4mJ8djcdyKaB5hJDWMArnXr61cqZ', // an X-address
    'snoPBrXtMeMyMHUVTgbuqAfg1SUTb', // a secret
    '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa',
  ],
  monero: [
    '9u9j6xG1GNu4ghrdUL35m5PQcJV69YF8731DSTDoh7pDgkBWz2LWNzncq7M5s1ARjPRhvGPX4dBUeC3xNj4wzfrjV6SY3e9',
    '44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3',
  ],
  cardano: [
    'stake1uyehkck0lajq8gr28t9uxnuvgcqrc6070x3k9r8048z8y5gh6ffgw',
    'addr_test1vz2fxv2umyhttkxyxp8x0dlpdt3k6cwng5pxj3jhsydzerspjrlsz',
    '37btjrVyb4KDXBNC4haBVPCrro8AQPHwvCMp3RFhhSVWwfFmZ6wwzSK6JK1hY6wHNmtrpTf1kdbva8TCneM2YsiXT7mrzT21EacHnPpz5YyUdj64na',
  ],
  beacon: ['tbnb1grpf0955h0ykzq3ar5nmum7y6gdfl6lxw0lmfr', 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4'],
  opaque: ['', 'two words', ' 1', '1\n', 'é', '\0', 'x'.repeat(129)],
};

/** Formats whose addresses prove themselves; `opaque` takes the addresses of all. */
const checkedFormats = addressFormats.filter((format) => format !== 'opaque');

const anyFormat = fc.constantFrom(...addressFormats);
const anyCheckedFormat = fc.constantFrom(...checkedFormats);
const anySeed = fc.uint8Array({ minLength: 32, maxLength: 32 });
const anyDerived = fc
  .tuple(anyFormat, anySeed)
  .map(([format, seed]) => ({ format, address: deriveAddress(rulesOf(format), seed) }));
const goodPairs = addressFormats.flatMap((format) => good[format].map((address) => ({ format, address })));
const letters = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'];

for (const format of addressFormats) {
  test(`${format}: published addresses are accepted, those of other networks or with a fault are refused`, () => {
    for (const address of good[format]) assert.equal(checkAddress(rulesOf(format), address), true, address);
    for (const address of bad[format]) assert.equal(checkAddress(rulesOf(format), address), false, address);
  });
}

test('the XMR address of the samples, whose checksum is wrong, is refused', () => {
  const sample =
    '463tWEBn5XZJSxLU34r6g7h8jtxuNcDbjLSjkn3XAXHCbLrTTErJrBWYgHJQyrCwkNgYvyV3z8zctJLPCZy24jvb3NiTcTJ';
  assert.equal(base58xmr.decode(sample)[0], 18);
  assert.equal(checkAddress(rulesOf('monero'), sample), false);
});

test('one wrong character in an address with a checksum is refused', () => {
  const anyAddress = fc
    .oneof(anyDerived, fc.constantFrom(...goodPairs))
    .filter(({ format }) => format !== 'evm' && format !== 'opaque');
  fc.assert(
    fc.property(anyAddress, fc.nat(), fc.constantFrom(...letters), ({ format, address }, place, letter) => {
      const at = place % address.length;
      fc.pre(address[at] !== letter);
      assert.equal(
        checkAddress(rulesOf(format), address.slice(0, at) + letter + address.slice(at + 1)),
        false,
      );
    }),
    { numRuns: 1000 },
  );
});

test('an EVM address with one letter in the wrong case is refused while its case is mixed', () => {
  fc.assert(
    fc.property(anySeed, fc.integer({ min: 2, max: 41 }), (seed, at) => {
      const address = deriveAddress(rulesOf('evm'), seed);
      const letter = address[at]!;
      const flipped = letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase();
      const digits = address.slice(2, at) + flipped + address.slice(at + 1);
      fc.pre(flipped !== letter && /[a-f]/.test(digits) && /[A-F]/.test(digits));
      assert.equal(checkAddress(rulesOf('evm'), `0x${digits}`), false);
    }),
  );
});

test('a derived EVM address is spelled with its checksum', () => {
  const address = deriveAddress(rulesOf('evm'), new Uint8Array(32));
  assert.match(address, /[A-F]/);
  assert.match(address.slice(2), /[a-f]/);
});

test('every single wrong digit in a mixed-case EVM address is refused', () => {
  const address = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';
  for (let at = 2; at < address.length; at++) {
    for (const digit of '0123456789abcdefABCDEF') {
      const wrong = address.slice(0, at) + digit + address.slice(at + 1);
      assert.equal(checkAddress(rulesOf('evm'), wrong), wrong === address, wrong);
    }
  }
});

test('a derived address is accepted, repeatable, its own for each seed, and of no other format with rules', () => {
  fc.assert(
    fc.property(anyDerived, anyCheckedFormat, anySeed, anySeed, ({ format, address }, other, one, two) => {
      assert.equal(checkAddress(rulesOf(format), address), true);
      assert.equal(checkAddress(rulesOf(other), address), other === format);
      const comparable = format === 'evm' ? address.toLowerCase() : address;
      assert.equal(addressKeyOf(rulesOf(format), address), comparable);
      assert.equal(deriveAddress(rulesOf(format), one), deriveAddress(rulesOf(format), Uint8Array.from(one)));
      assert.equal(
        deriveAddress(rulesOf(format), one) === deriveAddress(rulesOf(format), two),
        Buffer.compare(one, two) === 0,
      );
    }),
  );
  assert.throws(() => deriveAddress(rulesOf('evm'), new Uint8Array(31)), RangeError);
});

test('one seed gives every format an owner of its own, and a Monero address two different keys', () => {
  const seed = new Uint8Array(32);
  const tronOwner = Buffer.from(base58.decode(deriveAddress(rulesOf('tron'), seed)).subarray(1, 21)).toString(
    'hex',
  );
  assert.notEqual(deriveAddress(rulesOf('evm'), seed).toLowerCase(), `0x${tronOwner}`);
  assert.notEqual(deriveTransactionId(rulesOf('tron'), seed), deriveTransactionId(rulesOf('bitcoin'), seed));
  assert.ok(!deriveTransactionId(rulesOf('tron'), seed).startsWith(tronOwner));
  const keys = base58xmr.decode(deriveAddress(rulesOf('monero'), seed)).subarray(1, 65);
  assert.notDeepEqual(keys.subarray(0, 32), keys.subarray(32));
});

test('every valid spelling of an address has the same comparable one', () => {
  const checksummed = '0x6915f16F8791d0A1CC2BF47c13a6B2A92000504B';
  const evm = checksummed.slice(2);
  for (const digits of [evm, evm.toLowerCase(), evm.toUpperCase()]) {
    assert.equal(addressKeyOf(rulesOf('evm'), `0x${digits}`), checksummed.toLowerCase());
  }
  for (const format of ['bitcoin', 'litecoin', 'cardano', 'beacon'] as const) {
    const address = deriveAddress(rulesOf(format), new Uint8Array(32));
    assert.equal(addressKeyOf(rulesOf(format), address.toUpperCase()), address);
  }
});

test('an opaque address is compared as it is written, and a derived one says that it is simulated', () => {
  assert.match(deriveAddress(rulesOf('opaque'), new Uint8Array(32)), /^sim[0-9a-f]{40}$/);
  assert.equal(addressKeyOf(rulesOf('opaque'), 'MiXed'), 'MiXed');
});

test('Base58 keeps its case, also where it begins like Bech32', () => {
  const rules = { alphabet: base58, versions: [0x30] };
  const lookalike = base58.decode(`LTC1${'z'.repeat(30)}`);
  const address = writeBase58CheckAddress(rules, lookalike.subarray(1, 21));
  assert.equal(readBase58CheckAddress(rules, address), address);
  assert.match(address, /^LTC1/);
  assert.equal(addressKeyOf(rulesOf('litecoin'), address), address);
  for (const { format, address } of goodPairs) {
    if (['tron', 'ripple', 'monero'].includes(format))
      assert.equal(addressKeyOf(rulesOf(format), address), address);
  }
});

test('text that is no address has the key of no address', () => {
  for (const format of addressFormats) {
    const key = addressKeyOf(rulesOf(format), 'BC1 Nonsense');
    assert.equal(checkAddress(rulesOf(format), key), false);
  }
});
