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

/** Checksums of the migrations that databases may have applied: each migration adds a line, which never changes. */
const published: Readonly<Record<'sqlite' | 'postgres', readonly string[]>> = {
  sqlite: [
    '58592135a93244e06505b441ab430f76fa42559fca7b61d6c5d1f1553e1385e0',
    'd6db62e4f96a14433edfaaf7e2f2258fa31125fd26fc7bc3ce778323a99f0646',
    '184aa16ccc40ee81b7f1e98ae3df8ec99358333f7d07e6b98a0108990931342c',
    'd31485705497ffa6050ebfa535f92c4c6b9e7cf51e2e1d38fa5c149f7be7e144',
    '7a946d22ac8ca8611e339eafe61e2c8aaa0cad6bc7ee3a8f0243035ba7a163c0',
    '7f54a332b0b0dbfe4072c9c0e72f16a01186bb72fd82392963cf812d184a7bb2',
    '414939a727b5c55836b725c4f546a760b4350f9ca9dca4d77f87c80405d0da48',
    'b2c570934e4ae5eaf1ef99f66ee3eafdd2f8ac30fe79ca807bd64d84c8129c33',
    '69334e3baff3df15272411e7d526ad48ffd61adb8f9dd9ff558ab21a7ee56e55',
    '4ef53039da4c87a4b0f1e1be383305de930987213b976b597dfaf387adf99878',
    '5a9eb8ecb06779d426151016a5e061d2dd4fe4a6fcb328b129bc4dd74f1231bb',
    'fda84827854bfae464f3cfd3e6471c0c4830828f159b0df16f9973787f48a31d',
    'dc0f13ae7b7739368881d9fbcd1871ea33b02b7921d7532b3d9a7bc07969c45a',
    '892370d27b60a11092bb4f643d4d6a2d54735eae01728af971f8eec6fd354854',
  ],
  postgres: [
    '1a77b2a8ae57db6c275a8199a6f66327fc45155006535b2b1aaed2d947ed0937',
    'fcec22cff3ab5469f7b4a2520d08cd08e9b6ae7a87699e3dcb043ad90f52485c',
    'b691d5ad25e0e8ec7e6011551080b95e9a8b9e0ccaa39477de79bcc8a8f4d14a',
    '3f27338c4aaf221c2ed12c5a012212abdefd45fce5b27e4dcc9ec25121fcca8d',
    '1505515a919e8dfe5551c8560a962227dfaa890cc77970a1c13de9e7e8dd2e6e',
    'c95369e3f9785827af4b3911205549aa4ddc99f1bfa7718a8d949dad4a9912b5',
    'dd3c76681159e78858d0aa2ad23722a89ef57faac2b90257140a823674cfab40',
    '07b8ac8b0bdf75c4652d251aa2d87710387bc8c5778b87e7c9b9a0a8ad95b6cd',
    '7d6b55655a2bde2ce951abffb6088d9484711d2103fe1658c23899386796af84',
    '2447523254413750ad4c7285fb9a581dfcac518a76c8669fff5d5ce2a3c38ffc',
    '5a9eb8ecb06779d426151016a5e061d2dd4fe4a6fcb328b129bc4dd74f1231bb',
    '656aa309f71c2c4ed7d7be9f3b54a11be312dc4e71432cbadac14539bec79c73',
    '99eabfad6f5c601714ebd50bc1ada5d1fbe56719c0c805b29eb59013fc479fb4',
    '300b013be6cf5b2f5fe692cbeb29173fb7ce8acf04ea30311bd8c6128e676487',
  ],
};

for (const [store, checksums] of Object.entries(published)) {
  test(`${store}: a migration that databases may have applied has not changed; add another one instead`, () => {
    const found = readMigrations(new URL(`./${store}/migrations/`, import.meta.url));
    assert.deepEqual(
      found.map(({ checksum }) => checksum),
      checksums,
    );
  });
}
