import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { mock, test } from 'node:test';
import { imageOf, TooLargeForImage } from './image.ts';

test('a database that SQLite does not serialize is too large; other errors are not about its size', () => {
  const database = new DatabaseSync(':memory:');
  // The error that Node.js throws for a database of 2.2 GB.
  const refusal = Object.assign(new Error('not an error'), { code: 'ERR_SQLITE_ERROR', errcode: 0 });
  mock.method(database, 'serialize', () => {
    throw refusal;
  });
  assert.throws(() => imageOf(database), TooLargeForImage);
  mock.restoreAll();
  database.close();
  assert.throws(() => imageOf(database), { code: 'ERR_INVALID_STATE' });
});
