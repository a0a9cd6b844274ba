import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RawRow } from './client.ts';
import { createPostgresReads } from './postgres-reads.ts';

const transfer = (seq: number): RawRow => ({
  seq,
  at: 1,
  kind: 'deposit',
  asset: 'SKY',
  amount: '1',
  debit: 'a',
  credit: 'b',
  reference: 'r',
});

test('a page that was read before a lower transfer was visible is read again, even if another call has seen the transfer', async () => {
  let visible = [transfer(2)];
  let release = () => {};
  let hold: Promise<void> | undefined = new Promise((resolve) => {
    release = resolve;
  });
  const reads = createPostgresReads(async (sql) => {
    if (sql.includes('settled_transfers')) return [{ seq: '2' }];
    const page = visible;
    const held = hold;
    hold = undefined;
    await held;
    return page;
  });
  const early = reads.transfersAfter(0, 10);
  visible = [transfer(1), transfer(2)];
  const late = await reads.transfersAfter(0, 10);
  release();
  const seqs = [await early, late].map((page) => page.map(({ seq }) => seq));
  assert.deepEqual(seqs, [
    [1, 2],
    [1, 2],
  ]);
});
