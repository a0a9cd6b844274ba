import assert from 'node:assert/strict';
import { test } from 'node:test';
import { paymentOf } from '../../../test/chain/chains.ts';
import { addressFormats } from '../../domain/address/address.ts';
import { rulesOf } from '../../domain/address/published-addresses.ts';
import { createRecordIds } from '../../store/record-ids.ts';
import { prepareTransaction } from './simulated-transaction.ts';

const minuteMs = 65_536;

/** The ids of the transactions of withdrawals, one for each time. */
function transactionIds(timesMs: readonly number[], addressFormat: (typeof addressFormats)[number] = 'evm') {
  let now = 0;
  let lastId = 0;
  const recordId = createRecordIds({ now: () => now }, () => String(++lastId).padStart(20, '0'));
  return timesMs.map((atMs) => {
    now = atMs;
    return prepareTransaction(paymentOf(recordId(), { rules: rulesOf(addressFormat) })).txId;
  });
}

test('the transactions of one minute have ids that begin alike and increase, in hexadecimal', () => {
  const begin = 27_400_000 * minuteMs;
  const times = Array.from({ length: 500 }, (_, index) => begin + 131 * index);
  const ids = transactionIds(times);
  assert.deepEqual(ids.toSorted(), ids);
  assert.equal(new Set(ids.map((id) => id.slice(0, 6))).size, 1);
  const [other = ''] = transactionIds([begin + minuteMs]);
  assert.notEqual(other.slice(0, 6), ids[0]?.slice(0, 6));
});

test('the transactions of one millisecond differ on every kind of network', () => {
  for (const format of addressFormats) {
    const ids = transactionIds(
      Array.from({ length: 200 }, () => 27_400_000 * minuteMs),
      format,
    );
    assert.equal(new Set(ids).size, ids.length, format);
  }
});

test('a later transaction names the ones before it as they were sent, whatever made their ids', () => {
  const earlier = ['0x01', '0x02'];
  const { txId, signedTransaction } = prepareTransaction(paymentOf('w1', { earlier }));
  assert.deepEqual(JSON.parse(signedTransaction).replaces, earlier);
  const others = [[], ['0x01']].map((each) => prepareTransaction(paymentOf('w1', { earlier: each })).txId);
  assert.ok(!others.includes(txId));
});
