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
