/** Copying the simulated chains of an SQLite file to PostgreSQL. */

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { copySimulatedChain } from '../../src/chain/simulated/chain-copy.ts';
import { prepareTransaction } from '../../src/chain/simulated/simulated-transaction.ts';
import { databaseAt } from '../support/database-at.ts';
import { skipWithoutPostgres } from '../support/postgres.ts';
import {
  type ClosableChain,
  incoming,
  incomingStatesOf,
  namesOf,
  network,
  networkOf,
  openSite,
  paymentOf,
  send,
  statesOf,
} from './chains.ts';

type Scene = {
  readonly source: ClosableChain;
  readonly target: ClosableChain;
  /** @returns the progress after each page: rows copied, and the total. */
  copy(onProgress?: () => void): Promise<string[]>;
};

function copying(title: string, play: (scene: Scene, t: TestContext) => Promise<void>): void {
  test(title, { skip: skipWithoutPostgres }, async (t) => {
    const [from, to] = [await openSite('SQLite on disk'), await openSite('PostgreSQL')];
    const copy: Scene['copy'] = async (onProgress) => {
      const lines: string[] = [];
      await copySimulatedChain(from.location, databaseAt(to.location), ({ copied, total }) => {
        lines.push(`${copied} of ${total}`);
        onProgress?.();
      });
      return lines;
    };
    try {
      await play({ source: await from.open(), target: await to.open(), copy }, t);
    } finally {
      await from.close();
      await to.close();
    }
  });
}

/** Everything that can be read from a chain. */
async function stateOf(chain: ClosableChain, txIds: readonly string[]) {
  const tags = await Promise.all(
    [1, 2, 3].map((account) => chain.newAddress(networkOf('XRP', 'ripple'), account)),
  );
  return {
    tags,
    states: await statesOf(chain, txIds),
    incomingStates: await incomingStatesOf(chain, ['in1', 'in2']),
    heights: (await chain.heights()).map((each) => ({ ...each })),
    confirmed: (await chain.confirmedBetween(network, 0, 99)).toSorted(),
    incoming: (await chain.incomingFrom(network, 0)).toSorted((a, b) => (a.txId < b.txId ? -1 : 1)),
  };
}

async function fill(chain: ClosableChain): Promise<readonly string[]> {
  const txIds = [...(await send(chain, ...namesOf(2100)))];
  for (const account of [2, 1, 3]) await chain.newAddress(networkOf('XRP', 'ripple'), account);
  await chain.failTransaction(network, txIds[0] as string, 'it\'s "\\dropped"');
  await chain.receive(incoming('in1', { address: '{"ä€😀",\\}' }));
  await chain.mine(network, 3);
  await chain.mine('BTC', 7);
  await chain.receive(incoming('in2', { amount: 10n ** 60n }));
  txIds.push(...(await send(chain, 'pending')));
  return txIds;
}

copying('everything in the SQLite chain is copied, and a second copy changes nothing', async (scene) => {
  const { source, target, copy } = scene;
  const txIds = await fill(source);
  assert.deepEqual(await copy(), [
    '3 of 2108',
    '1003 of 2108',
    '2003 of 2108',
    '2106 of 2108',
    '2108 of 2108',
  ]);
  const expected = await stateOf(source, txIds);
  assert.deepEqual(await stateOf(target, txIds), expected);
  await copy();
  assert.deepEqual(await stateOf(target, txIds), expected);
  const next = [networkOf('XRP', 'ripple'), 4] as const;
  assert.deepEqual(await target.newAddress(...next), await source.newAddress(...next));
});

copying('an empty chain is copied too', async ({ target, copy }) => {
  assert.deepEqual(await copy(), []);
  assert.deepEqual(await target.heights(), []);
});

copying('an interrupted copy is completed by the next one and shows no height before that', async (scene) => {
  const { source, target, copy } = scene;
  const txIds = await fill(source);
  for (const pages of [1, 2, 4]) {
    let left = pages;
    const interrupt = () => {
      left -= 1;
      if (left === 0) throw new Error('interrupted');
    };
    await assert.rejects(copy(interrupt), /interrupted/);
    assert.equal(await target.height(network), 0);
  }
  await copy();
  assert.deepEqual(await stateOf(target, txIds), await stateOf(source, txIds));
});

copying('later changes in the source are copied', async ({ source, target, copy }) => {
  const txIds = [...(await fill(source))];
  await copy();
  await source.failTransaction(network, 'in2', 'late');
  await source.mine(network, 2);
  txIds.push(...(await send(source, 'more')));
  await copy();
  assert.deepEqual(await stateOf(target, txIds), await stateOf(source, txIds));
});

copying('holds, and refusals to fail a transaction, are copied', async (scene) => {
  const { source, target, copy } = scene;
  const [paid = '', held = ''] = await send(source, 'paid', 'held');
  const { txId: late } = prepareTransaction(paymentOf('late'));
  for (const txId of [held, late]) await source.holdTransaction(network, txId);
  await source.mine(network, 1);
  assert.equal(await source.failTransaction(network, paid, 'dropped'), false);
  await source.reorganise(network, 1, 'none');
  await copy();
  assert.equal(await target.failTransaction(network, paid, 'dropped'), false);
  await send(target, 'late');
  await target.mine(network, 1);
  assert.deepEqual(await statesOf(target, [paid, held, late]), ['confirmed 1', 'pending', 'pending']);
  await target.releaseTransaction(network, held);
  await target.mine(network, 1);
  assert.deepEqual(await statesOf(target, [paid, held, late]), ['confirmed 2', 'confirmed 1', 'pending']);
});

copying('later changes in PostgreSQL are kept, and heights never decrease', async (scene) => {
  const { source, target, copy } = scene;
  const txIds = [...(await fill(source))];
  await copy();
  await target.mine(network, 9);
  txIds.push(...(await send(target, 'more')));
  const expected = await stateOf(target, txIds);
  await copy();
  assert.deepEqual(await stateOf(target, txIds), expected);
});

const others: readonly (readonly [string, RegExp, (target: ClosableChain) => Promise<unknown>])[] = [
  [
    'transaction',
    /a different transaction in1 of ETH/,
    (target) => target.receive(incoming('in1', { amount: 99n })),
  ],
  [
    'block',
    /a different transaction in1 of ETH/,
    async (target) => {
      await target.mine(network, 1);
      await target.receive(incoming('in1'));
      await target.mine(network, 1);
    },
  ],
  [
    'end of a transaction',
    /a different transaction in1 of ETH/,
    async (target) => {
      await target.receive(incoming('in1'));
      await target.failTransaction(network, 'in1', 'dropped');
    },
  ],
  ['owner of a tag', /a different tag 1/, (target) => target.newAddress(networkOf('XRP', 'ripple'), 9)],
  [
    'tag of an owner',
    /a different tag 1/,
    async (target) => {
      await target.newAddress(networkOf('XRP', 'ripple'), 8);
      await target.newAddress(networkOf('XRP', 'ripple'), 7);
    },
  ],
];

for (const [what, message, prepare] of others) {
  copying(`a different ${what} in PostgreSQL is left unchanged and reported as an error`, async (scene) => {
    const { source, target, copy } = scene;
    await source.receive(incoming('in1'));
    await source.mine(network, 1);
    await source.newAddress(networkOf('XRP', 'ripple'), 7);
    await prepare(target);
    const contents = async () => ({
      heights: await target.heights(),
      incoming: await target.incomingFrom(network, 0),
      states: await incomingStatesOf(target, ['in1']),
    });
    const before = await contents();
    await assert.rejects(copy(), message);
    assert.deepEqual(await contents(), before);
  });
}
