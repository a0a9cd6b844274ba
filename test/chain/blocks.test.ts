/**
 * Following blocks while others mine them: a reported height contains everything up to it, and nothing is added later.
 */

import assert from 'node:assert/strict';
import { prepareTransaction } from '../../src/chain/simulated/simulated-transaction.ts';
import { createClient } from '../../src/store/postgres/client.ts';
import { databaseAt } from '../support/database-at.ts';
import { createRandom, seed } from '../support/seed.ts';
import {
  type ClosableChain,
  conformance,
  incoming,
  manyProcesses,
  namesOf,
  network,
  networkOf,
  paymentOf,
  range,
  send,
  statesOf,
} from './chains.ts';

/** Reads every new block once, as the workers do. @returns everything seen so far. */
function followBlocks(chain: ClosableChain) {
  const seen: string[] = [];
  let scanned = 0;
  const look = async () => {
    const height = await chain.height(network);
    if (height === scanned) return;
    seen.push(...(await chain.confirmedBetween(network, scanned + 1, height)));
    scanned = height;
  };
  return { seen, look };
}

/** Repeats the step until the work is done, and once more. */
async function untilDone(work: Promise<unknown>, step: () => Promise<unknown>): Promise<void> {
  let isDone = false;
  const done = work.finally(() => {
    isDone = true;
  });
  do await step();
  while (!isDone);
  await done;
  await step();
}

conformance(
  'a reader that follows the blocks misses nothing while others send, drop and mine',
  async (chain, site) => {
    const random = createRandom(seed);
    const chains = [chain, await site.open(), await site.open()];
    const sent: string[] = [];
    const dropped = new Set<string>();
    const step = async (at: ClosableChain, prefix: string) => {
      const names = namesOf(1 + random.below(30), prefix);
      const txIds = await send(at, ...names);
      sent.push(...txIds);
      if (random.chance(0.5)) await at.mine(network, 1 + random.below(2));
      const unlucky = random.pick(txIds);
      if (random.chance(0.3) && (await at.failTransaction(network, unlucky, 'x'))) dropped.add(unlucky);
      // Send it again, now that it may be in a block.
      if (random.chance(0.3)) await send(at, ...names.slice(0, 3));
    };
    const work = chains.flatMap((at, process) =>
      range(3).map(async (task) => {
        for (const turn of range(25)) await step(at, `${process}-${task}-${turn}-`);
      }),
    );
    const followers = chains.map(followBlocks);
    const working = Promise.all(work).then(() => chain.mine(network, 1));
    await Promise.all(followers.map(({ look }) => untilDone(working, look)));
    const expected = sent.filter((txId) => !dropped.has(txId)).toSorted();
    for (const { seen } of followers) assert.deepEqual(seen.toSorted(), expected, `seed ${seed}`);
  },
  manyProcesses,
);

conformance(
  'a reported height contains all its transactions, whichever connection reads them',
  async (chain, site) => {
    const other = await site.open();
    const mining = (async () => {
      for (const turn of range(60)) {
        await send(chain, ...namesOf(5, `${turn}-`));
        await chain.mine(network, 1);
      }
    })();
    await untilDone(mining, async () => {
      const height = await other.height(network);
      const txIds = namesOf(5, `${height - 1}-`).map((name) => prepareTransaction(paymentOf(name)).txId);
      if (height > 0)
        assert.deepEqual(
          (await other.confirmedBetween(network, height, height)).toSorted(),
          txIds.toSorted(),
        );
      for (const state of await statesOf(other, txIds)) {
        assert.match(state, height > 0 ? /^confirmed [1-9]/ : /^absent$/);
      }
    });
  },
  manyProcesses,
);

conformance(
  'a caller whose connection is killed gets an error and can retry, and nothing is lost or done twice',
  async (chain, site) => {
    const admin = createClient(databaseAt(site.location), { max: 1 });
    const other = await site.open();
    const { seen, look } = followBlocks(other);
    let failures = 0;
    const persist = async <T>(work: () => Promise<T>): Promise<T> => {
      for (;;) {
        try {
          return await work();
        } catch {
          failures += 1;
        }
      }
    };
    const names = range(60).map((turn) => namesOf(20, `${turn}-`));
    const work = Promise.all(
      names.map(async (batch, turn) => {
        const at = turn % 2 === 0 ? chain : other;
        await persist(() => send(at, ...batch));
        await persist(() => at.mine(network, 1));
        await persist(() => at.newAddress(networkOf('XRP', 'ripple'), turn % 7));
      }),
    );
    const kill = () =>
      admin.unsafe(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'",
      );
    try {
      await untilDone(work, async () => {
        await kill();
        await persist(look);
      });
      await persist(() => chain.mine(network, 1));
      await persist(look);
    } finally {
      await admin.end();
    }
    const expected = names.flat().map((name) => prepareTransaction(paymentOf(name)).txId);
    assert.deepEqual(seen.toSorted(), expected.toSorted());
    const tags = await Promise.all(
      range(7).map((account) => other.newAddress(networkOf('XRP', 'ripple'), account)),
    );
    assert.equal(new Set(tags.map(({ addressTag }) => addressTag)).size, 7);
    assert.ok(failures > 0, 'connections must be lost during an operation');
  },
  manyProcesses,
);

conformance(
  'the cost of a block depends on its content, not on the length of the chain',
  async (chain, site) => {
    for (const turn of range(10)) await send(chain, ...namesOf(500, `${turn}-`));
    // The second block skips the dead rows that the first one left behind.
    await chain.mine(network, 1);
    await chain.mine(network, 1);
    await site.closeChains();
    const admin = createClient(databaseAt(site.location), { max: 1 });
    const touched = async () => {
      const [row] = await admin.unsafe(
        "SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) AS rows, (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes WHERE relname = 'transactions') AS entries FROM pg_stat_user_tables WHERE schemaname = 'simulated_chain'",
      );
      return Number(row?.rows) + Number(row?.entries);
    };
    const before = await touched();
    const again = await site.open();
    for (const turn of range(20)) {
      const [txId = ''] = await send(again, `more ${turn}`);
      await again.receive(incoming(`in ${turn}`));
      const height = await again.mine(network, 1);
      assert.equal((await again.confirmedBetween(network, height, height)).length, 1);
      assert.equal((await again.incomingFrom(network, height)).length, 1);
      assert.deepEqual(await statesOf(again, [txId]), ['confirmed 1']);
    }
    await site.closeChains();
    const rows = (await touched()) - before;
    await admin.end();
    assert.ok(rows > 0 && rows < 1000, `${rows} rows for 20 blocks`);
  },
  manyProcesses,
);

conformance(
  'a block takes the waiting transactions of its network, and those of other networks keep waiting',
  async (chain) => {
    const [txId = ''] = await send(chain, 'w1');
    await chain.holdTransaction(network, txId);
    await chain.receive(incoming('d1'));
    await chain.receive(incoming('d2', { network: 'BSC' }));
    await chain.mineAll(
      new Map([
        [network, 3],
        ['SOL', 1],
      ]),
    );
    const heights = (await chain.heights()).map((each) => `${each.network} ${each.height}`);
    assert.deepEqual(heights, [`${network} 3`, 'SOL 1']);
    const outputs = [{ txId: 'd1', outputIndex: 0, asset: 'ETH' }];
    const [state] = await chain.findIncoming(network, outputs);
    assert.deepEqual(state, { state: 'confirmed', confirmations: 3, height: 1 });
    assert.deepEqual(await statesOf(chain, [txId]), ['pending']);
    assert.deepEqual(
      (await chain.waiting('BSC')).map((each) => each.txId),
      ['d2'],
    );
  },
);

conformance(
  'a network is quiet while nothing waits, arrives, or is mined above the scanned height',
  async (chain) => {
    /** Whether the network is quiet after a scan up to a height; outgoing ones are sought from another height. */
    const isQuiet = async (scanned: number, outgoingFrom = scanned + 1) => {
      const scan = { network, position: `${scanned} 0`, incomingFrom: scanned + 1, outgoingFrom };
      const quiet = await chain.quietSince([{ ...scan, network: 'NEVER', position: '0 0' }, scan]);
      assert.deepEqual(quiet.get('NEVER'), { position: '0 0', height: 0, keptHeight: 0 });
      const found = quiet.get(network);
      if (found !== undefined) assert.deepEqual(found, await chain.positionSince(network, scan.position));
      return found !== undefined;
    };
    assert.deepEqual(await chain.quietSince([]), new Map());
    await chain.mine(network, 2);
    assert.equal(await isQuiet(1), true);
    await send(chain, 'w1');
    assert.equal(await isQuiet(2), true, 'what was only sent is in no block');
    await chain.mine(network, 2);
    assert.equal(await isQuiet(2), false);
    assert.equal(await isQuiet(4), true);
    assert.equal(await isQuiet(4, 3), false);
    await chain.receive(incoming('d1'));
    assert.equal(await isQuiet(4), false, 'it waits for a block');
    await chain.mine(network, 1);
    assert.equal(await isQuiet(4), false);
    assert.equal(await isQuiet(5), true);
    await chain.holdTransaction(network, 'd2');
    await chain.receive(incoming('d2'));
    await chain.mine(network, 1);
    assert.equal(await isQuiet(6), false, 'no block takes it');
    await chain.dropTransaction(network, 'd2');
    assert.equal(await isQuiet(6), true);
    await chain.reorganise(network, 1, 'none');
    await chain.mine(network, 3);
    const scan = { network, position: '6 0', incomingFrom: 7, outgoingFrom: 7 };
    assert.deepEqual((await chain.quietSince([scan])).get(network), {
      position: '8 1',
      height: 8,
      keptHeight: 5,
    });
  },
);
