/** Several chains on one database, as with several processes: together they act as one chain. */
import assert from 'node:assert/strict';
import { createRandom, type Random, seed } from '../support/seed.ts';
import {
  type ClosableChain,
  conformance,
  incoming,
  manyProcesses,
  namesOf,
  network,
  networkOf,
  openSite,
  range,
  send,
} from './chains.ts';

function shuffled<T>(random: Random, items: readonly T[]): T[] {
  const left = [...items];
  return items.map(() => left.splice(random.below(left.length), 1)[0] as T);
}

conformance(
  'processes that start concurrently on an empty database agree on one schema',
  async () => {
    const site = await openSite('PostgreSQL');
    try {
      const chains = await Promise.all(range(5).map(() => site.open()));
      const heights = await Promise.all(chains.map((chain) => chain.mine(network, 1)));
      assert.deepEqual(heights.toSorted(), [1, 2, 3, 4, 5]);
    } finally {
      await site.close();
    }
  },
  manyProcesses,
);

conformance(
  'the same transactions sent concurrently in any order are each on the chain once, without errors',
  async (chain, site) => {
    const random = createRandom(seed);
    const chains = [chain, await site.open(), await site.open()];
    const names = namesOf(200);
    await Promise.all(
      range(24).map((turn) =>
        send(
          chains[turn % 3]!,
          ...shuffled(random, names).slice(0, 100 + random.below(100)),
          ...namesOf(10, `own-${turn}-`),
        ),
      ),
    );
    for (const round of range(4)) {
      const many = namesOf(2000, `many-${round}-`);
      await Promise.all([send(chain, ...many), send(chains[1]!, ...many.toReversed())]);
    }
    await chain.mine(network, 1);
    assert.equal((await chains[2]!.confirmedBetween(network, 1, 1)).length, 200 + 240 + 8000);
  },
  manyProcesses,
);

conformance(
  'blocks mined concurrently have different heights',
  async (chain, site) => {
    const chains = [chain, await site.open()];
    const counts = range(40).map((turn) => 1 + (turn % 3));
    const heights = await Promise.all(counts.map((count, turn) => chains[turn % 2]!.mine(network, count)));
    const blocks = heights.flatMap((height, turn) => range(counts[turn]!).map((back) => height - back));
    assert.deepEqual(
      blocks.toSorted((a, b) => a - b),
      range(blocks.length).map((index) => index + 1),
    );
    assert.equal(await chains[1]!.height(network), blocks.length);
  },
  manyProcesses,
);

conformance(
  'addresses requested concurrently: one for each account, and no tag twice',
  async (chain, site) => {
    const chains = [chain, await site.open(), await site.open()];
    const issued = await Promise.all(
      range(90).map(async (turn) => {
        const account = turn % 15;
        const { addressTag } = await chains[(turn + account) % 3]!.newAddress(
          networkOf('XRP', 'ripple'),
          account,
        );
        return { account, addressTag };
      }),
    );
    const pairs = new Set(issued.map(({ account, addressTag }) => `${account} ${addressTag}`));
    const tags = new Set(issued.map(({ addressTag }) => addressTag));
    assert.deepEqual([pairs.size, tags.size], [15, 15]);
  },
  manyProcesses,
);

conformance(
  'two incoming transactions with one id, received concurrently, are on the chain once',
  async (chain, site) => {
    const chains = [chain, await site.open()];
    for (const txId of namesOf(20, 'in')) {
      const answers = await Promise.all(
        range(6).map((turn) => chains[turn % 2]!.receive(incoming(txId, { amount: BigInt(turn % 3) }))),
      );
      const [stored] = (await chain.incomingFrom(network, 0)).filter((each) => each.txId === txId);
      assert.deepEqual(
        answers,
        range(6).map(() => stored),
      );
    }
  },
  manyProcesses,
);

conformance(
  'a transaction dropped while a block is mined is either failed or confirmed, as reported',
  async (chain, site) => {
    const other = await site.open();
    const dropped: boolean[] = [];
    for (const round of range(40)) {
      const txIds = await send(chain, ...namesOf(6, `${round}-`));
      const failing = (from: ClosableChain) =>
        Promise.all(txIds.map((txId) => from.failTransaction(network, txId, 'dropped')));
      const [answers] = await Promise.all(
        round % 2 === 0
          ? [failing(other), chain.mine(network, 1)]
          : [failing(chain), other.mine(network, 1), chain.mine(network, 1)],
      );
      dropped.push(...answers);
      const confirmed = new Set(await chain.confirmedBetween(network, 0, await other.height(network)));
      const states = await chain.find(network, txIds);
      for (const [index, txId] of txIds.entries()) {
        assert.equal(states[index]?.state, answers[index] ? 'failed' : 'confirmed');
        assert.equal(confirmed.has(txId), !answers[index]);
      }
    }
    assert.equal(new Set(dropped).size, 2, 'both outcomes must occur');
  },
  manyProcesses,
);
