import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultTagRule, deriveAddress, type TagRule } from './address.ts';
import { meaningOf, readDestination } from './destination.ts';
import { rulesOf } from './published-addresses.ts';

const integrated =
  '4LL9oSLmtpccfufTMvppY6JwXNouMBzSkbLYfpAV5Usx3skxNgYeYTRj5UzqtReoS44qo9mtmXCqY45DJ852K5Jv2bYXZKKQePHES9khPK';
const packed = 'XVLhHMPHU98es4dbozjVtdWzVrDjtV8xvjGQTYPiAx6gwDC';
const classic = 'rGWrZyQqhTp9Xu7G5Pkayo7bXjH4k4QYpf';
const muxed = 'MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJUAAAAAAAAAAAACJUQ';
const account = 'GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ';

test('an address with an embedded tag is rejected if a separate tag is given', () => {
  const cases = [
    ['monero', integrated, 'ab'.repeat(8)],
    ['ripple', packed, '2'],
    ['ripple', packed, '1'],
    ['stellar', muxed, '7'],
  ] as const;
  for (const [format, address, tag] of cases) {
    const read = readDestination(rulesOf(format), defaultTagRule(format), address, tag);
    assert.equal(read, 'address-tag-invalid', `${format} ${address}`);
  }
});

test('a tag embedded in the address counts as the tag', () => {
  const xrp = defaultTagRule('ripple');
  assert.deepEqual(readDestination(rulesOf('ripple'), xrp, packed), { key: classic, tag: '1' });
  assert.deepEqual(readDestination(rulesOf('ripple'), xrp, classic, '1'), { key: classic, tag: '1' });
  const xlm = defaultTagRule('stellar');
  assert.deepEqual(readDestination(rulesOf('stellar'), xlm, muxed), { key: account, tag: '0' });
});

test('an address that nobody can own is rejected', () => {
  const zero = `0x${'0'.repeat(40)}`;
  assert.equal(readDestination(rulesOf('evm'), null, zero), 'address-invalid');
  assert.equal(
    readDestination(rulesOf('tron'), null, 'T9yD14Nj9j7xAB4dbGeiX9h8unkKHxuWwb'),
    'address-invalid',
  );
});

test('a tag is rejected if the network has no tags or the tag breaks its rule', () => {
  const address = deriveAddress(rulesOf('evm'), new Uint8Array(32));
  assert.equal(readDestination(rulesOf('evm'), null, address, '1'), 'address-tag-invalid');
  assert.equal(readDestination(rulesOf('ripple'), null, classic, '1'), 'address-tag-invalid');
  const rule: TagRule = { kind: 'number', maximum: 10 };
  assert.equal(readDestination(rulesOf('ripple'), rule, classic, '11'), 'address-tag-invalid');
});

test('an embedded tag is rejected if the network has no such tags', () => {
  assert.equal(readDestination(rulesOf('ripple'), null, packed), 'address-tag-invalid');
});

test('every spelling of a destination has the same meaning, and an invalid address matches no owner', () => {
  const xrp = defaultTagRule('ripple');
  const owned = meaningOf(rulesOf('ripple'), xrp, classic, '1');
  assert.deepEqual(meaningOf(rulesOf('ripple'), xrp, packed), owned);
  assert.deepEqual(meaningOf(rulesOf('ripple'), xrp, packed, '1'), owned);
  assert.notEqual(meaningOf(rulesOf('ripple'), xrp, packed, '2').key, owned.key);
  const xmr = defaultTagRule('monero');
  const { key, tag } = meaningOf(rulesOf('monero'), xmr, integrated);
  assert.deepEqual(meaningOf(rulesOf('monero'), xmr, key, tag.toUpperCase()), { key, tag });
  for (const text of [key.slice(1), owned.key.toLowerCase(), 'not an address: x']) {
    assert.notEqual(meaningOf(rulesOf('ripple'), xrp, text).key, owned.key);
    assert.notEqual(meaningOf(rulesOf('ripple'), xrp, text).key, text);
  }
});
