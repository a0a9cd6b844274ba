import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { packObjects, unpackObjects } from './packed-objects.ts';

test('objects of all shapes are unchanged and in order after packing, cloning and unpacking', () => {
  const value = fc.oneof(fc.string(), fc.bigInt(), fc.constant(undefined), fc.constant({ scale: 1 }));
  const names = fc.constantFrom('id', 'asset', 'amount', 'network');
  const objects = fc.array(fc.dictionary(names, value, { noNullPrototype: true }), { maxLength: 40 });
  fc.assert(
    fc.property(objects, (sent) => {
      assert.deepEqual(unpackObjects(structuredClone(packObjects(sent))), sent);
    }),
  );
});
