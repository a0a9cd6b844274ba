/** Compares a simulated chain with a simple model of it after random steps, which include reorganisations of any depth. */
import assert from 'node:assert/strict';
import type { DroppedTransactions } from '../../src/chain/port.ts';
import { prepareTransaction } from '../../src/chain/simulated/simulated-transaction.ts';
import { createRandom, type Random, seed } from '../support/seed.ts';
import {
  type ClosableChain,
  conformance,
  incoming,
  incomingStatesOf,
  network,
  paymentOf,
  statesOf,
} from './chains.ts';

type Modelled = {
  readonly name: string;
  readonly txId: string;
  readonly direction: 'in' | 'out';
  state: 'unsent' | 'waiting' | 'failed' | { readonly block: number };
  held: boolean;
  /** Whether it is dropped when it is first sent. */
  dropsFirst: boolean;
  /** Whether the chain has refused to fail it. */
  refused: boolean;
};

type Model = {
  readonly all: readonly Modelled[];
  height: number;
  /** The lowest height since the last look. */
  lowest: number;
};

const names = ['a', 'b', 'c', 'd'];

function newModel(): Model {
  const modelled = (name: string, txId: string, direction: 'in' | 'out'): Modelled => ({
    ...{ name, txId, direction, state: 'unsent', held: false },
    ...{ dropsFirst: false, refused: false },
  });
  const sent = names.map((name) => modelled(name, prepareTransaction(paymentOf(name)).txId, 'out'));
  const received = names.map((name) => modelled(name, `in ${name}`, 'in'));
  return { all: [...sent, ...received], height: 0, lowest: 0 };
}

const steps = {
  async come(chain: ClosableChain, _model: Model, each: Modelled) {
    if (each.direction === 'in') await chain.receive(incoming(each.txId));
    else await chain.broadcast(network, [prepareTransaction(paymentOf(each.name)).signedTransaction]);
    if (each.state === 'unsent' && !each.dropsFirst) each.state = 'waiting';
    each.dropsFirst = false;
  },
  async mine(chain: ClosableChain, model: Model, _each: Modelled, random: Random) {
    const count = 1 + random.below(3);
    assert.equal(await chain.mine(network, count), model.height + count);
    for (const each of model.all)
      if (each.state === 'waiting' && !each.held) each.state = { block: model.height + 1 };
    model.height += count;
  },
  async reorganise(chain: ClosableChain, model: Model, _each: Modelled, random: Random) {
    const count = 1 + random.below(4);
    const drop = random.pick<DroppedTransactions>(['none', 'incoming', 'all']);
    const height = model.height - count;
    assert.equal(await chain.reorganise(network, count, drop), height < 0 ? null : height);
    if (height < 0) return;
    model.height = height;
    model.lowest = Math.min(model.lowest, height);
    for (const each of model.all) {
      if (typeof each.state === 'string' || each.state.block <= height) continue;
      const isDropped = drop === 'all' || (drop === 'incoming' && each.direction === 'in');
      each.state = isDropped ? 'unsent' : 'waiting';
    }
  },
  async drop(chain: ClosableChain, _model: Model, each: Modelled) {
    // A deposit that nobody has sent has no transaction to drop.
    if (each.direction === 'in' && each.state === 'unsent') return;
    const isKnown = (await statesOf(chain, [each.txId]))[0] !== 'absent' || wasSent.has(each);
    const canDrop = each.state === 'unsent' || each.state === 'waiting';
    assert.equal(await chain.dropTransaction(network, each.txId), canDrop);
    if (each.state === 'unsent' && !isKnown) each.dropsFirst = true;
    if (canDrop) each.state = 'unsent';
  },
  async hold(chain: ClosableChain, _model: Model, each: Modelled) {
    await chain.holdTransaction(network, each.txId);
    each.held = true;
  },
  async release(chain: ClosableChain, _model: Model, each: Modelled) {
    await chain.releaseTransaction(network, each.txId);
    each.held = false;
  },
  async fail(chain: ClosableChain, _model: Model, each: Modelled) {
    if (!wasSent.has(each)) return;
    const isMined = typeof each.state !== 'string';
    const isRefused = isMined || (each.refused && each.state !== 'failed');
    assert.equal(await chain.failTransaction(network, each.txId, 'failed'), !isRefused);
    if (isMined) each.refused = true;
    else if (!isRefused) each.state = 'failed';
  },
};

/** Those that were sent or received at least once. */
let wasSent = new Set<Modelled>();

const stateOf = ({ state }: Modelled, height: number) => {
  if (state === 'unsent') return 'absent';
  if (state === 'waiting') return 'pending';
  return state === 'failed' ? 'failed failed' : `confirmed ${height - state.block + 1}`;
};

async function assertSame(chain: ClosableChain, model: Model): Promise<void> {
  const of = (direction: 'in' | 'out') => model.all.filter((each) => each.direction === direction);
  const idsOf = (direction: 'in' | 'out') => of(direction).map(({ txId }) => txId);
  const expected = (direction: 'in' | 'out') => of(direction).map((each) => stateOf(each, model.height));
  assert.deepEqual(await statesOf(chain, idsOf('out')), expected('out'));
  assert.deepEqual(await incomingStatesOf(chain, idsOf('in')), expected('in'));
  const waiting = model.all.filter(({ state }) => state === 'waiting');
  assert.deepEqual(
    (await chain.waiting(network)).map(({ txId, held }) => `${txId} ${held}`).toSorted(),
    waiting.map(({ txId, held }) => `${txId} ${held}`).toSorted(),
  );
  const mined = of('out').filter(({ state }) => typeof state !== 'string');
  assert.deepEqual(
    (await chain.confirmedBetween(network, 0, model.height)).toSorted(),
    mined.map(({ txId }) => txId).toSorted(),
  );
}

conformance('after any steps, transactions are where the model has them', async (chain) => {
  const random = createRandom(seed);
  const model = newModel();
  wasSent = new Set();
  let { position } = await chain.positionSince(network, null);
  for (let step = 0; step < 300; step += 1) {
    const name = random.pick(Object.keys(steps) as (keyof typeof steps)[]);
    const each = random.pick(model.all);
    await steps[name](chain, model, each, random);
    if (name === 'come') wasSent.add(each);
    await assertSame(chain, model);
    if (random.chance(0.7)) continue;
    const seen = await chain.positionSince(network, position);
    assert.deepEqual([seen.height, seen.keptHeight], [model.height, model.lowest], describeStep(name, step));
    model.lowest = model.height;
    position = seen.position;
  }
});

const describeStep = (name: string, step: number) => `seed ${seed}, step ${step}: ${name}`;
