/** Addresses are parsed as Node's network functions parse them. */
import assert from 'node:assert/strict';
import { isIP, SocketAddress } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonicalAddress } from '../domain/ip-address.ts';
import { createAddressList, isListed } from './address-list.ts';

test('a text is an address exactly if Node accepts it, and then denotes the same address', () => {
  const hex = fc.constantFrom('', '0', '00', '1', 'ffff', 'FFFF', 'db8', '12345');
  const text = fc.oneof(
    fc.ipV4(),
    fc.ipV6(),
    fc.array(hex, { minLength: 1, maxLength: 9 }).map((groups) => groups.join(':')),
  );
  fc.assert(
    fc.property(text, (address) => {
      const canonical = canonicalAddress(address);
      assert.equal(canonical !== null, isIP(address) !== 0, address);
      if (canonical === null) return;
      const parse = (each: string) =>
        new SocketAddress({ address: each, family: isIP(each) === 4 ? 'ipv4' : 'ipv6' });
      assert.equal(canonicalAddress(canonical), canonical);
      const mapped = (each: string) => parse(each).address.replace(/^::ffff:(?=\d+\.)/, '');
      assert.equal(mapped(canonical), mapped(address));
    }),
  );
});

test('a list contains the addresses of its ranges, in every notation of both', () => {
  const list = createAddressList(['::ffff:10.1.2.3/104', '2001:DB8::/32', '192.0.2.1']);
  for (const inside of ['10.255.0.1', '2001:db8:ffff::1', '192.0.2.1'])
    assert.ok(isListed(list, inside), inside);
  for (const outside of ['11.0.0.1', '2001:db9::1', '192.0.2.2', '::1', ''])
    assert.ok(!isListed(list, outside));
});
