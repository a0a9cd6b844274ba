import assert from 'node:assert/strict';
import { test } from 'node:test';
import { missingMigrations, readMigrations } from './migration-files.ts';

const known = ['a', 'b', 'c'].map((sql, index) => ({
  number: index + 1,
  file: `000${index + 1}-${sql}.sql`,
  sql,
  checksum: `of ${sql}`,
}));

test('a database lacks the migrations after the last one that it has applied', () => {
  assert.deepEqual(missingMigrations(known, []), known);
  assert.deepEqual(missingMigrations(known, [{ number: 1, checksum: 'of a' }]), known.slice(1));
});

test('a database with a migration that is unknown or differs is not opened', () => {
  const applied = known.map(({ number, checksum }) => ({ number, checksum }));
  assert.deepEqual(missingMigrations(known, applied), []);
  assert.throws(() => missingMigrations(known.slice(0, 2), applied), /schema 3; this version knows 2/);
  for (const checksum of ['of another', null])
    assert.throws(
      () => missingMigrations(known, [applied[0] as (typeof applied)[0], { number: 2, checksum }]),
      /with another 0002-b\.sql than that of this version/,
    );
});

test('each store has the same migrations, numbered without a gap', () => {
  const [sqlite, postgres] = ['sqlite', 'postgres'].map((store) =>
    readMigrations(new URL(`./${store}/migrations/`, import.meta.url)).map(({ file }) => file),
  );
  assert.deepEqual(sqlite, postgres);
  assert.deepEqual(
    sqlite?.map((file) => Number(file.slice(0, 4))),
    sqlite?.map((_, index) => index + 1),
  );
});
