import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { chainStart, type SealedTransfer, sealHash, TransferSealHash } from './transfer-chain.ts';

const text = fc.oneof(fc.string({ maxLength: 12 }), fc.constantFrom('', '"', ',', '\n', '],[', '1:free'));
const content = fc.record({
  at: fc.nat(),
  kind: text,
  asset: text,
  amount: fc.bigInt({ min: 1n, max: 10n ** 24n }),
  debit: text,
  credit: text,
  reference: text,
});
const transfers = (minLength: number) =>
  fc
    .array(content, { minLength, maxLength: 8 })
    .map((rows) => rows.map((row, index): SealedTransfer => ({ seq: index + 1, ...row })));
const previous = fc.constantFrom(chainStart, 'ab'.repeat(32));

test('the seal of a fixed run of transfers never changes, so that old databases still verify', () => {
  const hold = {
    seq: 1,
    at: 1_700_000_000_000,
    kind: 'withdrawal-hold',
    asset: 'ETH',
    amount: 10n ** 18n,
    debit: '10000001:free',
    credit: '10000001:held',
    reference: 'a"b',
  };
  assert.equal(
    sealHash(chainStart, [hold]),
    '9e406c231bf752a7b4f3f8b431c766ef7cb8616a1d5efbfa0d42a64af0007053',
  );
  assert.equal(
    sealHash(sealHash(chainStart, [hold]), [{ ...hold, seq: 2 }]),
    'b4fd42b7e8502a25193caa44346fbe0b0ca87761d18264e2d905b8178709b771',
  );
});

test('any change to a field of a sealed transfer changes the seal', () => {
  const editable = fc.constantFrom(
    ...(['seq', 'at', 'kind', 'asset', 'amount', 'debit', 'credit', 'reference'] as const),
  );
  fc.assert(
    fc.property(previous, transfers(1), fc.nat(), editable, content, (before, rows, index, field, other) => {
      const place = index % rows.length;
      const edited = { ...rows[place], [field]: field === 'seq' ? 99 : other[field] } as SealedTransfer;
      fc.pre(edited[field] !== rows[place]?.[field]);
      assert.notEqual(sealHash(before, rows.with(place, edited)), sealHash(before, rows));
    }),
  );
});

test('deleting, inserting or reordering a sealed transfer, or another seal before it, changes the seal', () => {
  fc.assert(
    fc.property(previous, transfers(2), fc.nat(), content, (before, rows, index, other) => {
      const seal = sealHash(before, rows);
      const place = index % rows.length;
      const next = (place + 1) % rows.length;
      const here = rows[place] as SealedTransfer;
      const tampered = [
        rows.toSpliced(place, 1),
        rows.toSpliced(place, 0, { seq: here.seq, ...other }),
        rows.with(place, rows[next] as SealedTransfer).with(next, here),
      ];
      // Moving characters from one field to the next changes the seal: the fields are delimited.
      if (here.credit !== '')
        tampered.push(rows.with(place, { ...here, debit: here.debit + here.credit, credit: '' }));
      for (const each of tampered) assert.notEqual(sealHash(before, each), seal);
      assert.notEqual(sealHash('cd'.repeat(32), rows), seal);
    }),
  );
});

test('a seal does not depend on how its transfers are divided into pages', () => {
  fc.assert(
    fc.property(previous, transfers(0), fc.nat(), (before, rows, index) => {
      const cut = index % (rows.length + 1);
      const paged = new TransferSealHash(before).add(rows.slice(0, cut)).add(rows.slice(cut)).digest();
      assert.equal(paged, sealHash(before, rows));
    }),
  );
});
