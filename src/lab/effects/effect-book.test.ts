import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EffectBook, maxEffects } from './effect-book.ts';

const begun = { kind: 'stuck', firingId: 'i_1', accountId: 1, seconds: null } as const;

test('beyond the maximum, the oldest effect ends', () => {
  const book = new EffectBook({ now: () => 0 });
  for (let count = 1; count <= maxEffects; count += 1) {
    assert.equal(book.makeRoom(), undefined);
    book.begin({ ...begun, subject: `w${count}` });
  }
  assert.equal(book.makeRoom()?.subject, 'w1');
  book.begin({ ...begun, subject: 'last' });
  const effects = book.list();
  assert.deepEqual(
    [effects.length, effects[0]?.subject, effects.at(-1)?.subject],
    [maxEffects, 'w2', 'last'],
  );
});

test('effects concern only histories of the account of their subject', () => {
  const book = new EffectBook({ now: () => 0 });
  book.begin({ ...begun, kind: 'status-late', subject: 'one' });
  book.begin({ ...begun, kind: 'status-late', subject: 'other', accountId: 2 });
  assert.deepEqual([...book.subjectsOf('status-late', 1)], ['one']);
});

test('an effect of some seconds ends that long after its beginning, also if the clock moves while it begins', () => {
  let nowMs = 0;
  const book = new EffectBook({ now: () => (nowMs += 1) });
  const { begunAt, until } = book.begin({ ...begun, kind: 'history-lag', subject: 'one', seconds: 10 });
  assert.equal(until, begunAt + 10_000);
  assert.equal(book.begin({ ...begun, kind: 'status-late', subject: 'one', seconds: 10 }).until, null);
});
