import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RecentMap } from './recent-map.ts';

test('recently used entries are kept, others are dropped', () => {
  const map = new RecentMap<number, number>(10);
  map.set(-1000, 1);
  for (let key = 0; key < 1000; key += 1) {
    map.set(key, key);
    if (key % 4 === 0) assert.equal(map.get(-1000), 1);
    if (key >= 4) assert.equal(map.get(key - 4), key - 4);
    assert.equal(map.get(key - 25), undefined);
  }
});

test('a replaced, deleted or cleared entry does not reappear from the old generation', () => {
  const map = new RecentMap<string, number>(2);
  map.set('a', 1);
  map.set('b', 1);
  map.set('c', 1);
  map.set('a', 2);
  assert.equal(map.get('a'), 2);
  map.delete('b');
  assert.equal(map.get('b'), undefined);
  map.clear();
  assert.equal(map.get('a') ?? map.get('c'), undefined);
});

test('the size of a value that has grown counts', () => {
  const map = new RecentMap<string, string[]>(4, (value) => value.length);
  const value = ['x'];
  map.set('a', value);
  for (let added = 0; added < 3; added += 1) {
    value.push('x');
    map.grew();
  }
  map.set('b', ['x']);
  map.set('c', ['x', 'x', 'x']);
  map.set('d', ['x']);
  assert.equal(map.get('a'), undefined);
});
