import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { escaped } from './junit.ts';

test('any text can be content and attribute of XML', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const xml = escaped(text);
      assert.ok(xml.isWellFormed());
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these characters must not be there
      assert.doesNotMatch(xml, /[<>"'\u0000-\u001f\u007f\ufffe\uffff]/);
      assert.doesNotMatch(xml, /&(?!(amp|lt|gt|quot|apos|#\d+);)/);
    }),
  );
  assert.equal(escaped('a<b>&"\'\n\u0000\ud800'), 'a&lt;b&gt;&amp;&quot;&apos;&#10;\ufffd\ufffd');
});
