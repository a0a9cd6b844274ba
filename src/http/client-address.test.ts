/** The client address of a request, in all notations that proxies and clients use. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clientAddress, createProxyTrust, peerAddress } from './client-address.ts';

const trustAll = createProxyTrust(true);
const trustNone = createProxyTrust(false);
const trustSome = createProxyTrust('10.0.0.0/8, 2001:db8::/32,::ffff:192.0.2.1');

test('the address of the peer is canonical', () => {
  assert.equal(peerAddress('::ffff:127.0.0.1'), '127.0.0.1');
  assert.equal(peerAddress('fe80::1%eth0'), 'fe80::1');
  assert.equal(peerAddress('2001:DB8::1'), '2001:db8::1');
  assert.equal(peerAddress(undefined), '');
});

test('X-Forwarded-For from an untrusted peer is ignored', () => {
  assert.equal(clientAddress('8.8.8.8', '1.1.1.1', trustNone), '8.8.8.8');
  assert.equal(clientAddress('8.8.8.8', '1.1.1.1', trustSome), '8.8.8.8');
  assert.equal(clientAddress('10.0.0.1', '1.1.1.1', trustSome), '1.1.1.1');
  assert.equal(clientAddress('192.0.2.1', '1.1.1.1', trustSome), '1.1.1.1');
  assert.equal(clientAddress('2001:db8::5', '1.1.1.1', trustSome), '1.1.1.1');
});

test('with several proxies, the last untrusted address is the client', () => {
  assert.equal(clientAddress('10.0.0.1', '6.6.6.6, 1.1.1.1, 10.0.0.2', trustSome), '1.1.1.1');
  assert.equal(clientAddress('10.0.0.1', '10.0.0.3, 10.0.0.2', trustSome), '10.0.0.3');
  assert.equal(clientAddress('10.0.0.1', '6.6.6.6,1.1.1.1', trustAll), '6.6.6.6');
  assert.equal(clientAddress('10.0.0.1', ['6.6.6.6', '1.1.1.1'], trustSome), '1.1.1.1');
});

test('an invalid entry is ignored, and so are the entries before it', () => {
  const invalid = [
    ...[
      '',
      ' ',
      ',',
      'unknown',
      '_hidden',
      'x'.repeat(15_000),
      '1.1.1',
      '1.1.1.1.1',
      '<script>',
      '::1::',
      '[]',
    ],
    ...['1.1.1.1:x', '[2001:db8::1', 'fe80::1%eth0', '1.1.1.1/8', '\u00ff', '0x01010101', '1.1.1.1;2.2.2.2'],
  ];
  for (const each of invalid) {
    assert.equal(clientAddress('10.0.0.1', each, trustAll), '10.0.0.1', each.slice(0, 40));
    assert.equal(clientAddress('10.0.0.1', `6.6.6.6, ${each}`, trustAll), '10.0.0.1', each.slice(0, 40));
    assert.equal(clientAddress('10.0.0.1', `${each}, 1.1.1.1`, trustAll), '1.1.1.1', each.slice(0, 40));
  }
  const manyEntries = Array.from({ length: 3000 }, (_, index) => `1.1.${index >> 8}.${index & 255}`).join();
  assert.equal(clientAddress('10.0.0.1', manyEntries, trustAll), `1.1.${2984 >> 8}.${2984 & 255}`);
});

test('all notations of an address, with or without a port, are the same address', () => {
  for (const each of ['8.8.8.8', '::ffff:8.8.8.8', '::FFFF:808:808', '8.8.8.8:4711', '[::ffff:8.8.8.8]:4711'])
    assert.equal(clientAddress('10.0.0.1', each, trustAll), '8.8.8.8', each);
  for (const each of ['2001:db8::1', '2001:DB8:0:0::0:1', '[2001:db8::1]', '[2001:db8:0::1]:443'])
    assert.equal(clientAddress('10.0.0.1', each, trustAll), '2001:db8::1', each);
});

test('a list of proxies with an invalid entry is rejected', () => {
  for (const each of ['10.0.0.0/33', 'abc', '10.0.0.1, x', '10.0.0.0/255.0.0.0'])
    assert.throws(() => createProxyTrust(each), TypeError, each);
});
