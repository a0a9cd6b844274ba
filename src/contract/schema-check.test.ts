import assert from 'node:assert/strict';
import { test } from 'node:test';
import { customerOperations } from './customer-operations.ts';
import { api } from './dialect.ts';
import { idempotencyKeyParameter } from './idempotency.ts';
import { amountInput, assetCode } from './operator/fields.ts';
import { operatorOperations } from './operator-operations.ts';
import { type TSchema, Type } from './schema.ts';
import { createSchemaCheck } from './schema-check.ts';
import { signingOf } from './signing.ts';

type WithPattern = { readonly where: string; readonly pattern: string; readonly words: unknown };

function patternsIn(schema: unknown, where: string): WithPattern[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { pattern, patternInWords: words } = schema as { pattern?: unknown; patternInWords?: unknown };
  const own = typeof pattern === 'string' ? [{ where, pattern, words }] : [];
  return [...own, ...Object.entries(schema).flatMap(([name, each]) => patternsIn(each, `${where}.${name}`))];
}

test('every pattern has a description, and equal patterns have equal descriptions', () => {
  const all = patternsIn(
    { customerOperations, operatorOperations, signing: signingOf(api.timing), idempotencyKeyParameter },
    'contract',
  );
  assert.ok(all.length > 20, `${all.length}`);
  const wordsOf = new Map<string, unknown>();
  for (const { where, pattern, words } of all) {
    assert.ok(typeof words === 'string' && /^[a-z0-9]/.test(words) && !/[\\^$]/.test(words), where);
    assert.equal(wordsOf.get(pattern) ?? words, words, where);
    wordsOf.set(pattern, words);
  }
});

test('a problem names the field and describes the rule', () => {
  const check = createSchemaCheck(
    Type.Object(
      {
        asset: assetCode,
        list: Type.Array(Type.Object({ amount: amountInput('') }), { minItems: 1 }),
        text: Type.Optional(Type.String({ minLength: 1, maxLength: 3 })),
        limit: Type.Optional({ type: ['integer', 'null'], minimum: 1, maximum: 9 } as TSchema),
      },
      { additionalProperties: false },
    ),
  );
  const fine = { asset: 'ETH', list: [{ amount: '1' }] };
  assert.equal(check(fine), null);
  const code = '1 to 20 letters and digits, capital letters where the script has them';
  const wrong: readonly (readonly [object, string, string])[] = [
    [{ asset: 'e\u0007h' }, 'asset', `must be ${code}`],
    [{ asset: null }, 'asset', 'must be a string'],
    [{ asset: undefined }, 'asset', 'is required'],
    [{ list: [] }, 'list', 'must not be empty'],
    [{ list: {} }, 'list', 'must be an array'],
    [{ list: [1] }, 'list[0]', 'must be an object'],
    [{ list: [{ amount: '-1' }] }, 'list[0].amount', 'must be a decimal of zero or more, for example "0.1"'],
    [{ text: '' }, 'text', 'must not be empty'],
    [{ text: 'long' }, 'text', 'must not have more than 3 characters'],
    [{ limit: '1' }, 'limit', 'must be an integer or null'],
    [{ limit: 10 }, 'limit', 'must be <= 9'],
    [{ other: 1 }, 'other', 'is not a field of this operation'],
    [{ limti: 1 }, 'limti', 'is not a field of this operation; did you mean limit?'],
    [{ [`limit${'t'.repeat(60)}`]: 1 }, `limit${'t'.repeat(60)}`, 'is not a field of this operation'],
  ];
  for (const [change, at, rule] of wrong) {
    const value = JSON.parse(JSON.stringify({ ...fine, ...change }));
    assert.deepEqual(check(value), { at, rule }, JSON.stringify(change));
  }
});

test('validation stops at the first violation', () => {
  const item = Type.Object({ amount: amountInput('') }, { additionalProperties: false });
  const check = createSchemaCheck(Type.Object({ list: Type.Array(item, { maxItems: 1000 }) }));
  const read = new Set<PropertyKey>();
  const list = (length: number) =>
    new Proxy(
      Array.from({ length }, () => ({ amount: 1 })),
      {
        get(items, key) {
          if (/^\d+$/.test(String(key))) read.add(key);
          return Reflect.get(items, key);
        },
      },
    );
  assert.deepEqual(check({ list: list(1000) }), { at: 'list[0].amount', rule: 'must be a string' });
  assert.deepEqual(check({ list: list(1001) }), { at: 'list', rule: 'must not have more than 1000 items' });
  assert.deepEqual([...read], ['0']);
});
