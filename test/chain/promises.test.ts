/** Guarantees that every chain gives to the exchange. */
import assert from 'node:assert/strict';
import type { PreparedTransaction } from '../../src/chain/port.ts';
import { prepareTransaction, replacedFailure } from '../../src/chain/simulated/simulated-transaction.ts';
import { SqliteSimulatedChain } from '../../src/chain/simulated/sqlite-simulated-chain.ts';
import {
  addressFormats,
  checkAddress,
  checkTag,
  defaultTagRule,
  sharesAddress,
} from '../../src/domain/address/address.ts';
import {
  attemptsOf,
  conformance,
  describeState,
  incoming,
  incomingStatesOf,
  lasting,
  namesOf,
  network,
  networkOf,
  paymentOf,
  send,
  statesOf,
} from './chains.ts';

conformance('an address is the same for the same account and address group, and valid', async (chain) => {
  for (const format of addressFormats) {
    const owners = [
      ['N', 1],
      ['N', 2],
      ['N', 3],
      ['M', 1],
    ] as const;
    const ask = (network?: string) =>
      Promise.all(
        owners.map(([group, account]) => {
          const addressGroup = `${format} ${group}`;
          return chain.newAddress(networkOf(network ?? addressGroup, format, addressGroup), account);
        }),
      );
    const issued = await ask();
    assert.deepEqual(await ask('another of the group'), issued);
    const tagRule = defaultTagRule(format);
    assert.deepEqual(await ask(), issued);
    assert.equal(new Set(issued.map((each) => JSON.stringify(each))).size, owners.length);
    for (const { address, addressTag } of issued) {
      assert.ok(checkAddress(networkOf('N', format), address), address);
      assert.ok(sharesAddress(format, tagRule) ? checkTag(tagRule, addressTag) : addressTag === '');
    }
    const shared = new Set(issued.slice(0, 3).map(({ address }) => address));
    assert.equal(shared.size, sharesAddress(format, tagRule) ? 1 : 3);
  }
});

conformance('addresses are the same as on an SQLite chain', async (chain) => {
  const other = new SqliteSimulatedChain(':memory:');
  for (const format of addressFormats) {
    for (const account of [7, 8, 7]) {
      const where = [networkOf(`${format} N`, format), account] as const;
      assert.deepEqual(await chain.newAddress(...where), await other.newAddress(...where));
    }
  }
  other.close();
});

conformance('preparing yields the same transaction for the same payment and sends nothing', async (chain) => {
  const first = prepareTransaction(paymentOf('w1'));
  assert.deepEqual(prepareTransaction(paymentOf('w1')), first);
  assert.notEqual(prepareTransaction(paymentOf('w2')).txId, first.txId);
  assert.notEqual(prepareTransaction(paymentOf('w1', { network: 'BSC' })).txId, first.txId);
  assert.deepEqual(await statesOf(chain, [first.txId]), ['absent']);
});

conformance('the same bytes sent again are the same transaction, whatever its state', async (chain) => {
  const [one = '', two = ''] = await send(chain, 'w1', 'w2', 'w1');
  await send(chain, 'w2', 'w1');
  assert.deepEqual(await statesOf(chain, [one, two]), ['pending', 'pending']);
  assert.ok(await chain.failTransaction(network, two, 'dropped'));
  await chain.mine(network, 1);
  await send(chain, 'w1', 'w2');
  await chain.mine(network, 1);
  assert.deepEqual(await statesOf(chain, [one, two]), ['confirmed 2', 'failed dropped']);
  assert.deepEqual(await chain.confirmedBetween(network, 0, 9), [one]);
});

conformance(
  'a malformed transaction prevents the whole broadcast; an empty broadcast is not an error',
  async (chain) => {
    const { txId, signedTransaction } = prepareTransaction(paymentOf('w1'));
    await assert.rejects(chain.broadcast(network, [signedTransaction, 'garbage']));
    await chain.broadcast(network, []);
    assert.deepEqual(await statesOf(chain, [txId]), ['absent']);
  },
);

conformance('256 transactions are sent at once and found in the requested order', async (chain) => {
  const txIds = await send(chain, ...namesOf(256));
  await chain.mine(network, 3);
  const asked = ['nothing', ...txIds.toReversed(), txIds[0] ?? ''];
  const expected = ['absent', ...txIds.map(() => 'confirmed 3'), 'confirmed 3'];
  assert.deepEqual(await statesOf(chain, asked), expected);
  assert.deepEqual(await statesOf(chain, []), []);
  assert.deepEqual((await chain.confirmedBetween(network, 1, 1)).toSorted(), txIds.toSorted());
});

conformance(
  'all pending transactions go into the next block, which is their first confirmation',
  async (chain) => {
    assert.equal(await chain.height(network), 0);
    const [one = ''] = await send(chain, 'w1');
    assert.equal(await chain.mine(network, 1), 1);
    assert.deepEqual(await statesOf(chain, [one]), ['confirmed 1']);
    const [two = ''] = await send(chain, 'w2');
    assert.equal(await chain.mine(network, 4), 5);
    assert.equal(await chain.height(network), 5);
    assert.deepEqual(await statesOf(chain, [one, two]), ['confirmed 5', 'confirmed 4']);
  },
);

conformance('networks are independent', async (chain) => {
  const [one = ''] = await send(chain, 'w1');
  await chain.receive(incoming('in1', { network: 'BSC' }));
  await chain.mine('BSC', 3);
  assert.deepEqual(await statesOf(chain, [one]), ['pending']);
  assert.deepEqual(await statesOf(chain, [one, 'in1'], 'BSC'), ['absent', 'absent']);
  assert.deepEqual(await incomingStatesOf(chain, [one, 'in1'], 'BSC'), ['absent', 'confirmed 3']);
  assert.deepEqual(await incomingStatesOf(chain, ['in1']), ['absent']);
  assert.equal(await chain.height(network), 0);
  assert.deepEqual(await chain.incomingFrom(network, 0), []);
  await chain.mine('a', 1);
  await chain.mine('B', 2);
  assert.deepEqual(
    (await chain.heights()).map((each) => [each.network, each.height]),
    [
      ['B', 2],
      ['BSC', 3],
      ['a', 1],
    ],
  );
});

conformance(
  'confirmedBetween returns the outgoing transactions in the given blocks, both ends included',
  async (chain) => {
    const txIds: string[] = [];
    for (const name of ['w1', 'w2', 'w3', 'w4']) {
      txIds.push(...(await send(chain, name)));
      await chain.receive(incoming(`in ${name}`));
      await chain.mine(network, 1);
    }
    await send(chain, 'w5');
    assert.deepEqual((await chain.confirmedBetween(network, 2, 3)).toSorted(), txIds.slice(1, 3).toSorted());
    assert.deepEqual(await chain.confirmedBetween(network, 4, 4), txIds.slice(3));
    assert.deepEqual(await chain.confirmedBetween(network, 5, 9), []);
    assert.deepEqual(await chain.confirmedBetween(network, 3, 2), []);
  },
);

conformance(
  'incomingFrom returns pending outputs and those in blocks from the given height on',
  async (chain) => {
    await chain.receive(incoming('a'));
    await chain.mine(network, 1);
    await chain.receive(incoming('b'));
    await chain.mine(network, 1);
    await chain.receive(incoming('c'));
    await chain.receive(incoming('d'));
    await send(chain, 'w1');
    await chain.failTransaction(network, 'd', 'dropped');
    const from = async (height: number) =>
      (await chain.incomingFrom(network, height)).map(({ txId }) => txId).toSorted();
    assert.deepEqual(await from(0), ['a', 'b', 'c']);
    assert.deepEqual(await from(2), ['b', 'c']);
    assert.deepEqual(await from(3), ['c']);
  },
);

conformance('received outputs are returned exactly', async (chain) => {
  const texts = [
    '',
    'NULL',
    '{}',
    '"',
    '\\',
    '\\"',
    "'",
    ',',
    ' a ',
    '\n\t',
    'ä€😀',
    '{a,"b"}',
    '$1 ?',
    '\u0000',
  ];
  const all = texts.map((text, index) =>
    incoming(`in${index}`, {
      asset: text,
      address: text,
      addressTag: text,
      amount: 10n ** 60n + BigInt(index),
      remainder: '0.00000000000000000000000000000000001',
    }),
  );
  for (const each of all) assert.deepEqual(await chain.receive(each), each);
  const found = await chain.incomingFrom(network, 0);
  assert.deepEqual(
    found.toSorted((a, b) => Number(a.amount - b.amount)),
    all,
  );
});

conformance(
  'receiving the same output again changes nothing; the id of an outgoing transaction is rejected',
  async (chain) => {
    const [outgoing = ''] = await send(chain, 'w1');
    assert.deepEqual(await chain.receive(incoming('in')), incoming('in'));
    await chain.mine(network, 1);
    const others = [{}, { address: 'x' }, { addressTag: 'x' }, { amount: 8n }, { remainder: '0.1' }];
    for (const other of others) {
      assert.deepEqual(await chain.receive(incoming('in', other)), incoming('in'));
    }
    assert.equal(await chain.receive(incoming(outgoing)), null);
    await chain.mine(network, 1);
    assert.deepEqual(await incomingStatesOf(chain, ['in']), ['confirmed 2']);
    assert.deepEqual(await chain.incomingFrom(network, 0), [incoming('in')]);
    const elsewhere = incoming('in', { network: 'BSC', amount: 8n });
    assert.deepEqual(await chain.receive(elsewhere), elsewhere);
  },
);

conformance('a transaction can have many outputs, distinguished by index and asset', async (chain) => {
  const outputs = [
    incoming('in'),
    incoming('in', { outputIndex: 1 }),
    incoming('in', { outputIndex: 2 ** 31 - 1, address: 'x', amount: 8n }),
    incoming('in', { asset: 'USDT', amount: 9n }),
  ];
  for (const output of outputs) assert.deepEqual(await chain.receive(output), output);
  const byKey = (a: object, b: object) => (JSON.stringify(a, text) < JSON.stringify(b, text) ? -1 : 1);
  const text = (_key: string, value: unknown) => (typeof value === 'bigint' ? `${value}` : value);
  assert.deepEqual((await chain.incomingFrom(network, 0)).toSorted(byKey), outputs.toSorted(byKey));
  await chain.mine(network, 1);
  const late = incoming('in', { outputIndex: 3 });
  assert.deepEqual(await chain.receive(late), late);
  const absent = incoming('in', { outputIndex: 3, asset: 'USDT' });
  const states = (await chain.findIncoming(network, [...outputs, late, absent])).map(describeState);
  assert.deepEqual(states, [...outputs.map(() => 'confirmed 1'), 'pending', 'absent']);
});

conformance('a failed transaction never confirms; a confirmed or unknown one cannot fail', async (chain) => {
  const [one = ''] = await send(chain, 'w1');
  await chain.mine(network, 1);
  const [two = ''] = await send(chain, 'w2');
  await chain.receive(incoming('in'));
  await chain.receive(incoming('in', { outputIndex: 1 }));
  assert.equal(await chain.failTransaction(network, one, 'late'), false);
  assert.equal(await chain.failTransaction(network, 'nothing', 'x'), false);
  assert.equal(await chain.failTransaction('BSC', two, 'x'), false);
  assert.equal(await chain.failTransaction(network, two, "it's \\dropped"), true);
  assert.equal(await chain.failTransaction(network, 'in', ''), true);
  await chain.mine(network, 2);
  assert.equal(await chain.failTransaction(network, two, "it's \\dropped"), true, 'it is still dropped');
  assert.deepEqual(await statesOf(chain, [one, two]), ['confirmed 3', "failed it's \\dropped"]);
  assert.deepEqual(await incomingStatesOf(chain, ['in']), ['failed ']);
  assert.deepEqual(await chain.incomingFrom(network, 0), []);
  assert.deepEqual(await chain.confirmedBetween(network, 0, 9), [one]);
});

conformance('a transaction that is held is in no block until it is released', async (chain) => {
  const [sent, later, mined] = ['sent', 'later', 'mined'].map((name) =>
    prepareTransaction(paymentOf(name)),
  ) as [PreparedTransaction, PreparedTransaction, PreparedTransaction];
  await chain.broadcast(network, [mined.signedTransaction]);
  await chain.mine(network, 1);
  await chain.broadcast(network, [sent.signedTransaction]);
  for (const { txId } of [sent, later, mined, later]) await chain.holdTransaction(network, txId);
  await chain.broadcast(network, [later.signedTransaction]);
  await chain.mine(network, 2);
  const all = [sent, later, mined];
  assert.deepEqual(
    await statesOf(
      chain,
      all.map(({ txId }) => txId),
    ),
    ['pending', 'pending', 'confirmed 3'],
  );
  assert.deepEqual(await chain.confirmedBetween(network, 1, 3), [mined.txId]);

  await chain.reorganise(network, 1, 'none');
  await chain.mine(network, 1);
  assert.deepEqual(
    await statesOf(
      chain,
      all.map(({ txId }) => txId),
    ),
    ['pending', 'pending', 'confirmed 3'],
  );

  for (const { txId } of [sent, sent]) await chain.releaseTransaction(network, txId);
  assert.deepEqual(await statesOf(chain, [sent.txId]), ['pending']);
  await chain.mine(network, 1);
  assert.deepEqual(
    await statesOf(
      chain,
      all.map(({ txId }) => txId),
    ),
    ['confirmed 1', 'pending', 'confirmed 4'],
  );
  assert.equal(await chain.failTransaction(network, later.txId, 'failed'), true);
});

conformance('a drop that was refused is refused again after a reorganisation', async (chain) => {
  const [one = '', two = '', three = ''] = await send(chain, 'w1', 'w2', 'w3');
  await chain.mine(network, 1);
  assert.equal(await chain.failTransaction(network, one, 'x'), false);
  await chain.reorganise(network, 1, 'none');
  assert.equal(await chain.failTransaction(network, one, 'x'), false, 'it is refused again');
  assert.equal(await chain.failTransaction(network, two, 'first'), true);
  assert.equal(await chain.failTransaction(network, two, 'second'), true);
  assert.deepEqual(await statesOf(chain, [one, two, three]), ['pending', 'failed first', 'pending']);
  await chain.mine(network, 1);
  assert.deepEqual(await statesOf(chain, [one, two, three]), ['confirmed 1', 'failed first', 'confirmed 1']);
});

conformance(
  'a reopened chain has all its data',
  async (chain, site) => {
    const [one = ''] = await send(chain, 'w1');
    await chain.mine(network, 2);
    const [two = '', three = ''] = await send(chain, 'w2', 'w3');
    await chain.failTransaction(network, three, 'dropped');
    await chain.receive(incoming('in'));
    const issued = await chain.newAddress(networkOf('XRP', 'ripple'), 7);
    await site.closeChains();
    const again = await site.open();
    const states = ['confirmed 2', 'pending', 'failed dropped'];
    assert.deepEqual(await statesOf(again, [one, two, three]), states);
    assert.deepEqual(await incomingStatesOf(again, ['in']), ['pending']);
    assert.equal(await again.height(network), 2);
    assert.deepEqual(await again.incomingFrom(network, 2), [incoming('in')]);
    assert.notDeepEqual(await again.newAddress(networkOf('XRP', 'ripple'), 8), issued);
    assert.deepEqual(await again.newAddress(networkOf('XRP', 'ripple'), 7), issued);
    assert.equal(await again.mine(network, 1), 3);
  },
  lasting,
);

conformance(
  'a transaction that replaces others is confirmed instead of them, in whatever order they are sent',
  async (chain) => {
    const [first, second, third] = attemptsOf('w1', 3);
    assert.ok(first && second && third);
    const txIds = [first, second, third].map(({ txId }) => txId);
    assert.equal(new Set(txIds).size, 3);
    const broadcast = (...sent: readonly PreparedTransaction[]) =>
      chain.broadcast(
        network,
        sent.map(({ signedTransaction }) => signedTransaction),
      );
    await broadcast(first);
    // The second one never arrived.
    await broadcast(third);
    await broadcast(second, first, third);
    const failed = `failed ${replacedFailure}`;
    assert.deepEqual(await statesOf(chain, txIds), [failed, failed, 'pending']);
    await chain.mine(network, 1);
    await broadcast(first, second, third);
    assert.deepEqual(await statesOf(chain, txIds), [failed, failed, 'confirmed 1']);
    assert.deepEqual(await chain.confirmedBetween(network, 0, 9), [third.txId]);
  },
);

conformance('a transaction in a block cannot be replaced; a dropped one can', async (chain) => {
  const [first, second] = attemptsOf('mined', 2);
  const [dropped, next] = attemptsOf('dropped', 2);
  assert.ok(first && second && dropped && next);
  await chain.broadcast(network, [first.signedTransaction, dropped.signedTransaction]);
  assert.ok(await chain.failTransaction(network, dropped.txId, 'dropped'));
  await chain.mine(network, 1);
  await chain.broadcast(network, [second.signedTransaction, next.signedTransaction]);
  await chain.mine(network, 1);
  assert.deepEqual(await statesOf(chain, [first.txId, second.txId, dropped.txId, next.txId]), [
    'confirmed 2',
    `failed ${replacedFailure}`,
    'failed dropped',
    'confirmed 1',
  ]);
  assert.deepEqual(await chain.confirmedBetween(network, 0, 9), [first.txId, next.txId]);
});

conformance(
  'a reorganisation removes blocks; their transactions become pending, or absent until received again',
  async (chain) => {
    await chain.receive(incoming('kept'));
    const [first = ''] = await send(chain, 'w1');
    await chain.mine(network, 2);
    const before = await chain.positionSince(network, null);
    await chain.receive(incoming('moved'));
    const [second = ''] = await send(chain, 'w2');
    await chain.mine(network, 1);
    const seen = await chain.positionSince(network, before.position);
    assert.deepEqual([seen.height, seen.keptHeight], [3, 2]);
    assert.equal(await chain.reorganise(network, 4, 'none'), null);
    assert.equal(await chain.reorganise('UNKNOWN', 1, 'none'), null);
    assert.equal((await chain.positionSince(network, seen.position)).keptHeight, 3);

    assert.equal(await chain.reorganise(network, 1, 'none'), 2);
    assert.deepEqual(await statesOf(chain, [first, second]), ['confirmed 2', 'pending']);
    assert.deepEqual(await incomingStatesOf(chain, ['kept', 'moved']), ['confirmed 2', 'pending']);
    assert.equal(await chain.mine(network, 2), 4);
    assert.deepEqual(await statesOf(chain, [second]), ['confirmed 2']);
    // Other blocks have reached the same height.
    const again = await chain.positionSince(network, seen.position);
    assert.deepEqual([again.height, again.keptHeight], [4, 2]);
    assert.equal((await chain.positionSince(network, before.position)).keptHeight, 2);
    assert.equal((await chain.positionSince(network, again.position)).keptHeight, 4);

    assert.equal(await chain.reorganise(network, 2, 'incoming'), 2);
    assert.equal((await chain.positionSince(network, again.position)).keptHeight, 2);
    const gone = 'absent';
    assert.deepEqual(await incomingStatesOf(chain, ['kept', 'moved']), ['confirmed 2', gone]);
    assert.deepEqual(await statesOf(chain, [second]), ['pending']);
    const other = await chain.receive(incoming('moved', { amount: 8n }));
    assert.equal(other?.amount, 7n);
    assert.deepEqual(await incomingStatesOf(chain, ['moved']), [gone]);
    await chain.receive(incoming('moved'));
    await chain.mine(network, 1);
    assert.deepEqual(await incomingStatesOf(chain, ['moved']), ['confirmed 1']);
  },
);

conformance('no block is kept since a position of a chain with more reorganisations', async (chain) => {
  await chain.mine(network, 5);
  assert.equal((await chain.positionSince(network, '4 1')).keptHeight, 0);
  assert.equal((await chain.positionSince(network, '9 0')).keptHeight, 5);
});
