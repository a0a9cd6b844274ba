/** Each IP address and range has one canonical form, which determines the scope of rate limits. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalAddress, canonicalRange, limitScope } from './ip-address.ts';

test('every spelling of an address has one canonical form', () => {
  const spellings: Record<string, readonly string[]> = {
    '8.8.8.8': ['8.8.8.8', '::ffff:8.8.8.8', '::FFFF:808:808', '0:0:0:0:0:ffff:8.8.8.8', '::ffff:0808:0808'],
    '2001:db8::1': ['2001:db8::1', '2001:DB8:0:0:0:0:0:1', '2001:0db8::0001', '2001:db8:0:0::1'],
    '2001:db8:0:1:1:1:1:1': ['2001:db8:0:1:1:1:1:1', '2001:db8::1:1:1:1:1'],
    '2001:0:0:1::1': ['2001:0:0:1:0:0:0:1', '2001::1:0:0:0:1'],
    '2001:db8::1:0:0:1': ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    '::1': ['::1', '0:0:0:0:0:0:0:1', '::0001', '::0.0.0.1'],
    '::': ['::', '0::0', '0:0:0:0:0:0:0:0'],
    '64:ff9b::808:808': ['64:ff9b::8.8.8.8', '64:ff9b::808:808'],
    '1::': ['1::', '1:0:0:0:0:0:0:0'],
  };
  for (const [canonical, all] of Object.entries(spellings))
    for (const each of all) assert.equal(canonicalAddress(each), canonical, each);
});

test('text that is not an address has no canonical form', () => {
  for (const text of [
    ...['', ' ', 'x', '1', '1.2.3', '1.2.3.4.5', '256.1.1.1', '01.2.3.4', '1.2.3.4 ', ' 1.2.3.4', '1.2.3.-4'],
    ...[
      '1.2.3.4:80',
      '[::1]',
      ':::',
      '::1::',
      '1:2:3:4:5:6:7',
      '1:2:3:4:5:6:7:8:9',
      '12345::',
      'g::',
      '::1%lo',
    ],
    ...['::ffff:1.2.3', '1.2.3.4::', '::1.2.3.4:1', '1:2:3:4:5:6:7::8', ':1', '1:', '0x7f.0.0.1', '٣.1.1.1'],
    'x'.repeat(15_000),
    `${'0'.repeat(60)}::1`,
  ])
    assert.equal(canonicalAddress(text), null, text.slice(0, 60));
});

test('ranges have one canonical form too', () => {
  const ranges = {
    '10.1.2.3/8': '10.0.0.0/8',
    '10.0.0.0/8': '10.0.0.0/8',
    '1.2.3.4/32': '1.2.3.4/32',
    '1.2.3.4/0': '0.0.0.0/0',
    '::ffff:10.1.2.3/104': '10.0.0.0/8',
    '::ffff:0:0/96': '0.0.0.0/0',
    '::/0': '::/0',
    '2001:DB8:0::1/32': '2001:db8::/32',
    '2001:db8::1/128': '2001:db8::1/128',
    '2001:db8::1': '2001:db8::1',
    '::ffff:10.0.0.1': '10.0.0.1',
  };
  for (const [written, canonical] of Object.entries(ranges))
    assert.equal(canonicalRange(written), canonical, written);
  for (const text of [
    '10.0.0.0/33',
    '::/129',
    '10.0.0.0/',
    '10.0.0.0/08',
    '10.0.0.0/8/8',
    'x/8',
    '/8',
    '1.2.3.4/-1',
  ])
    assert.equal(canonicalRange(text), null, text);
});

test('rate limits for IPv6 apply to the /64 network', () => {
  assert.equal(limitScope('8.8.8.8'), '8.8.8.8');
  assert.equal(limitScope('2001:db8:1:2:3:4:5:6'), '2001:db8:1:2::/64');
  assert.equal(limitScope('2001:db8::1'), limitScope('2001:db8::ffff:0:1'));
  assert.notEqual(limitScope('2001:db8::1'), limitScope('2001:db8:0:1::1'));
  assert.equal(limitScope('::1'), '::1');
  assert.equal(limitScope('fe80::1'), 'fe80::/64');
});
