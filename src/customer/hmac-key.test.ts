import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { HmacKey } from './hmac-key.ts';

const encoding = fc.constantFrom<'latin1' | 'utf8'>('latin1', 'utf8');

function assertSameAsNode(secret: string, text: string, as: 'latin1' | 'utf8'): void {
  assert.equal(
    new HmacKey(secret).digest(text, as),
    createHmac('sha256', secret).update(text, as).digest('hex'),
  );
}

test('digests are those of RFC 4231, test cases 1, 2 and 4', () => {
  const ascending = String.fromCharCode(...Array.from({ length: 25 }, (_, index) => index + 1));
  for (const [key, text, digest] of [
    ['\x0b'.repeat(20), 'Hi There', 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
    [
      'Jefe',
      'what do ya want for nothing?',
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    ],
    [ascending, '\xcd'.repeat(50), '82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b'],
  ] as const)
    assert.equal(new HmacKey(key).digest(text, 'latin1'), digest);
});

test('digests equal those of Node for any key, text and encoding', () => {
  const text = fc.string({ unit: 'binary', maxLength: 300 });
  fc.assert(fc.property(text, text, encoding, assertSameAsNode));
});

test('digests are correct for keys around the block length and for a much longer text', () => {
  for (const length of [0, 1, 63, 64, 65, 200]) {
    for (const size of [0, 1, 4031, 4032, 4033, 70_000, 3])
      assertSameAsNode('k'.repeat(length), 'ü'.repeat(size), 'utf8');
  }
});
