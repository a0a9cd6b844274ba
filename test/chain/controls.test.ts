/** Operators control transactions and nodes: every chain behaves the same. */
import assert from 'node:assert/strict';
import type { PreparedTransaction } from '../../src/chain/port.ts';
import {
  droppedFailure,
  dropWhenSent,
  prepareTransaction,
  replacedFailure,
} from '../../src/chain/simulated/simulated-transaction.ts';
import {
  attemptsOf,
  type ClosableChain,
  conformance,
  incoming,
  incomingStatesOf,
  lasting,
  network,
  paymentOf,
  send,
  statesOf,
} from './chains.ts';

const broadcast = (chain: ClosableChain, ...sent: readonly PreparedTransaction[]) =>
  chain.broadcast(
    network,
    sent.map(({ signedTransaction }) => signedTransaction),
  );

conformance('a transaction that is dropped is unknown until the same bytes are sent again', async (chain) => {
  const [one = '', mined = ''] = await send(chain, 'w1', 'mined');
  await chain.holdTransaction(network, one);
  await chain.mine(network, 1);
  for (let times = 0; times < 2; times += 1) assert.equal(await chain.dropTransaction(network, one), true);
  assert.equal(await chain.dropTransaction(network, mined), false, 'a block has taken it');
  await chain.releaseTransaction(network, one);
  await chain.mine(network, 1);
  assert.deepEqual(await statesOf(chain, [one, mined]), ['absent', 'confirmed 2']);
  assert.deepEqual(await chain.waiting(network), []);
  await send(chain, 'w1', 'mined', 'w1');
  assert.deepEqual(await statesOf(chain, [one, mined]), ['pending', 'confirmed 2']);
  await chain.mine(network, 1);
  assert.deepEqual(await statesOf(chain, [one, mined]), ['confirmed 1', 'confirmed 3']);
  assert.deepEqual(await chain.confirmedBetween(network, 0, 9), [mined, one]);
});

conformance(
  'a transaction that is dropped before it is sent is dropped when it is first sent',
  async (chain) => {
    const { txId } = prepareTransaction(paymentOf('w1'));
    for (let times = 0; times < 2; times += 1) assert.equal(await chain.dropTransaction(network, txId), true);
    assert.deepEqual(await statesOf(chain, [txId]), ['absent']);
    await send(chain, 'w1');
    await chain.mine(network, 1);
    assert.deepEqual(await statesOf(chain, [txId]), ['absent']);
    await send(chain, 'w1');
    await chain.mine(network, 1);
    assert.deepEqual(await statesOf(chain, [txId]), ['confirmed 1']);
  },
);

conformance(
  'a dropped transaction that was replaced can never be mined; its replacement can',
  async (chain) => {
    const [first, second] = attemptsOf('w1', 2);
    assert.ok(first && second);
    await broadcast(chain, first);
    await chain.dropTransaction(network, first.txId);
    await broadcast(chain, second);
    await chain.dropTransaction(network, second.txId);
    await broadcast(chain, first);
    await chain.mine(network, 1);
    const ids = [first.txId, second.txId];
    assert.deepEqual(await statesOf(chain, ids), [`failed ${replacedFailure}`, 'absent']);
    await broadcast(chain, second, first);
    await chain.mine(network, 1);
    assert.deepEqual(await statesOf(chain, ids), [`failed ${replacedFailure}`, 'confirmed 1']);
    assert.deepEqual(await chain.confirmedBetween(network, 0, 9), [second.txId]);
  },
);

conformance('a transaction that fails for any reason can never be mined', async (chain) => {
  const reasons = [droppedFailure, dropWhenSent, replacedFailure];
  for (const [index, reason] of reasons.entries()) {
    const [txId = ''] = await send(chain, `w${index}`);
    assert.equal(await chain.failTransaction(network, txId, reason), true, reason);
    await send(chain, `w${index}`);
    await chain.mine(network, 1);
    const [state = ''] = await statesOf(chain, [txId]);
    assert.equal(state.trim(), `failed ${reason}`);
  }
});

conformance('a dropped transaction that fails can never be mined', async (chain) => {
  const [one = ''] = await send(chain, 'w1');
  await chain.dropTransaction(network, one);
  assert.equal(await chain.failTransaction(network, one, 'failed'), true);
  assert.equal(await chain.dropTransaction(network, one), false);
  await send(chain, 'w1');
  await chain.mine(network, 1);
  assert.deepEqual(await statesOf(chain, [one]), ['failed failed']);
});

conformance(
  'a transaction that could not be failed in its block does not fail after a drop either',
  async (chain) => {
    const [one = ''] = await send(chain, 'w1');
    await chain.mine(network, 1);
    assert.equal(await chain.failTransaction(network, one, 'x'), false);
    await chain.reorganise(network, 1, 'all');
    assert.deepEqual(await statesOf(chain, [one]), ['absent']);
    assert.equal(await chain.failTransaction(network, one, 'x'), false, 'the answer stands');
    await send(chain, 'w1');
    await chain.mine(network, 1);
    assert.deepEqual(await statesOf(chain, [one]), ['confirmed 1']);
  },
);

conformance('a reorganisation without its transactions: the chain forgets all of them', async (chain) => {
  await chain.receive(incoming('kept'));
  const [kept = ''] = await send(chain, 'kept');
  await chain.mine(network, 1);
  await chain.receive(incoming('lost'));
  const [lost = ''] = await send(chain, 'lost');
  await chain.mine(network, 2);
  const [waits = ''] = await send(chain, 'waits');
  assert.equal(await chain.reorganise(network, 2, 'all'), 1);
  await chain.mine(network, 3);
  assert.deepEqual(await statesOf(chain, [kept, lost, waits]), ['confirmed 4', 'absent', 'confirmed 3']);
  assert.deepEqual(await incomingStatesOf(chain, ['kept', 'lost']), ['confirmed 4', 'absent']);
  assert.deepEqual(await chain.confirmedBetween(network, 0, 9), [kept, waits]);
  await send(chain, 'lost');
  await chain.receive(incoming('lost'));
  await chain.mine(network, 1);
  assert.deepEqual(await statesOf(chain, [lost]), ['confirmed 1']);
  assert.deepEqual(await incomingStatesOf(chain, ['lost']), ['confirmed 1']);
});

conformance('an incoming transaction that is held is in no block until it is released', async (chain) => {
  await chain.holdTransaction(network, 'later');
  await chain.receive(incoming('now'));
  await chain.receive(incoming('now', { outputIndex: 1 }));
  await chain.holdTransaction(network, 'now');
  await chain.receive(incoming('later'));
  await chain.mine(network, 2);
  assert.deepEqual(await incomingStatesOf(chain, ['now', 'later']), ['pending', 'pending']);
  const waiting = await chain.waiting(network);
  assert.deepEqual(
    waiting.map(({ txId, outputIndex, held }) => [txId, outputIndex, held]),
    [
      ['later', 0, true],
      ['now', 0, true],
      ['now', 1, true],
    ],
  );
  await chain.releaseTransaction(network, 'now');
  await chain.mine(network, 1);
  assert.deepEqual(await incomingStatesOf(chain, ['now', 'later']), ['confirmed 1', 'pending']);
  await chain.reorganise(network, 1, 'none');
  await chain.holdTransaction(network, 'now');
  await chain.mine(network, 1);
  assert.deepEqual(await incomingStatesOf(chain, ['now', 'later']), ['pending', 'pending']);
});

conformance('the transactions that wait for a block are listed, and no others', async (chain) => {
  const [mined = ''] = await send(chain, 'mined');
  await chain.receive(incoming('mined in'));
  await chain.mine(network, 1);
  const payment = paymentOf('w1', { address: '0x1', addressTag: '7', amount: 10n ** 60n });
  const sent = prepareTransaction(payment);
  await broadcast(chain, sent);
  await chain.receive(incoming('in', { outputIndex: 3, asset: 'USDT' }));
  const [failed = '', dropped = ''] = await send(chain, 'failed', 'dropped');
  await chain.failTransaction(network, failed, 'failed');
  await chain.dropTransaction(network, dropped);
  await chain.receive(incoming('elsewhere', { network: 'BSC' }));
  await chain.holdTransaction(network, sent.txId);
  const { address, addressTag, amount, asset } = payment;
  const one = {
    txId: sent.txId,
    outputIndex: 0,
    direction: 'out' as const,
    asset,
    address,
    addressTag,
    amount,
  };
  const { remainder: _, network: __, ...output } = incoming('in', { outputIndex: 3, asset: 'USDT' });
  assert.deepEqual(
    (await chain.waiting(network)).toSorted((a, b) => (a.direction < b.direction ? -1 : 1)),
    [
      { ...output, direction: 'in', withdrawalId: null, held: false },
      { ...one, withdrawalId: 'w1', held: true },
    ],
  );
  assert.notEqual(mined, '');
});

conformance(
  'each switch of a network is stored on its own, and other networks keep theirs',
  async (chain, site) => {
    assert.deepEqual(await chain.switches(network), { auto: true, node: 'up' });
    await chain.setSwitches(network, { auto: false });
    await chain.setSwitches(network, { node: 'unknown' });
    await chain.setSwitches(network, {});
    assert.deepEqual(await chain.switches(network), { auto: false, node: 'unknown' });
    assert.deepEqual(await chain.switches('BSC'), { auto: true, node: 'up' });
    await site.closeChains();
    const again = await site.open();
    assert.deepEqual(await again.switches(network), { auto: false, node: 'unknown' });
    await again.setSwitches(network, { node: 'up' });
    assert.deepEqual(await again.switches(network), { auto: false, node: 'up' });
    assert.deepEqual(await again.allSwitches(), new Map([[network, { auto: false, node: 'up' }]]));
  },
  lasting,
);
