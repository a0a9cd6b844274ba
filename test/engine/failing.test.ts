/**
 * An operator fails a withdrawal while its transaction is confirmed or reorganised away, or while processes end. It
 * either fails, with its transactions dropped and the money back, or is completed by a transaction that stays.
 */
import assert from 'node:assert/strict';
import { PostgresSimulatedChain } from '../../src/chain/simulated/postgres-simulated-chain.ts';
import { SqliteSimulatedChain } from '../../src/chain/simulated/sqlite-simulated-chain.ts';
import { StoreFault } from '../../src/store/port.ts';
import { eventually } from '../support/eventually.ts';
import { done } from '../support/world.ts';
import { operator } from '../support/world-plan.ts';
import {
  assertBalance,
  assertCompleted,
  assertFailed,
  assertRejected,
  chainStates,
  gross,
  pauseNextCall,
  rowOf,
  type Scene,
  scene,
  sky,
  stageOf,
  submitting,
  total,
} from './failing-scene.ts';

scene(
  'a settlement from before a reorganisation does not complete a withdrawal that is being failed',
  1,
  async (scene, t) => {
    const { a, b, id } = scene;
    const settlement = pauseNextCall(t, 'confirmedBetween', 'after');
    const mining = a.questions.mineBlocks(sky, 1);
    await settlement.reached;
    await b.questions.reorganise(sky, 1, 'none');
    const drop = pauseNextCall(t, 'failTransaction', 'before');
    const failing = b.questions.failWithdrawal(id, operator);
    await drop.reached;
    settlement.release();
    await mining;
    assert.deepEqual(await stageOf(a, id), ['broadcast', operator.reason]);
    await assertBalance(a, total - gross, gross);
    assertRejected(await a.questions.resendWithdrawal(id, operator), 'withdrawal-failing');
    drop.release();
    assert.equal((await done(failing)).stage, 'failed');
    await assertFailed(scene);
  },
);

scene('a withdrawal that was completed before a reorganisation is not failed', 1, async (scene) => {
  const { a, b, id } = scene;
  await a.questions.mineBlocks(sky, 1);
  assert.deepEqual(await stageOf(b, id), ['completed', null]);
  await b.questions.reorganise(sky, 1, 'none');
  assertRejected(await b.questions.failWithdrawal(id, operator), 'withdrawal-stage-wrong');
  assert.deepEqual(await chainStates(scene), ['pending']);
  await assertCompleted(scene);
});

for (const minConfirm of [1, 2]) {
  scene(
    `a transaction that is mined before it is dropped completes the withdrawal (${minConfirm} confirmations)`,
    minConfirm,
    async (scene, t) => {
      const { a, b, id } = scene;
      const drop = pauseNextCall(t, 'failTransaction', 'before');
      const failing = b.questions.failWithdrawal(id, operator);
      await drop.reached;
      await a.questions.mineBlocks(sky, 1);
      assert.deepEqual(await stageOf(a, id), ['broadcast', operator.reason]);
      drop.release();
      assertRejected(await failing, 'withdrawal-confirmed');
      assert.deepEqual(await stageOf(a, id), [minConfirm === 1 ? 'completed' : 'broadcast', null]);
      await assertCompleted(scene);
      const audit = await a.reads.rows('audit', { subject: id });
      assert.deepEqual(
        audit.map(({ actor, action }) => `${actor} ${action}`),
        ['olga withdrawal-fail', 'chain withdrawal-fail-revoke'],
      );
    },
  );
}

scene(
  'blocks that were scanned before the decision was revoked complete the withdrawal afterwards',
  2,
  async (scene, t) => {
    const { a, b, id } = scene;
    await a.questions.mineBlocks(sky, 1);
    const answer = pauseNextCall(t, 'failTransaction', 'after');
    const failing = b.questions.failWithdrawal(id, operator);
    await answer.reached;
    await a.questions.mineBlocks(sky, 1);
    answer.release();
    assertRejected(await failing, 'withdrawal-confirmed');
    assert.deepEqual(await stageOf(a, id), ['completed', null]);
    await assertCompleted(scene);
  },
);

scene('a reorganisation before the transaction is dropped: the withdrawal fails', 2, async (scene, t) => {
  const { a, b, id } = scene;
  await a.questions.mineBlocks(sky, 1);
  const drop = pauseNextCall(t, 'failTransaction', 'before');
  const failing = b.questions.failWithdrawal(id, operator);
  await drop.reached;
  await a.questions.reorganise(sky, 1, 'none');
  drop.release();
  assert.equal((await done(failing)).stage, 'failed');
  await assertFailed(scene);
});

scene(
  'a transaction that was not dropped while it was in a block is not dropped later by a slower request',
  2,
  async (scene, t) => {
    const { a, b, id } = scene;
    const slow = pauseNextCall(t, 'failTransaction', 'before');
    const first = a.questions.failWithdrawal(id, operator);
    await slow.reached;
    await a.questions.mineBlocks(sky, 1);
    const answer = pauseNextCall(t, 'failTransaction', 'after');
    const second = b.questions.failWithdrawal(id, operator);
    await answer.reached;
    await a.questions.reorganise(sky, 1, 'none');
    slow.release();
    assertRejected(await first, 'withdrawal-confirmed');
    answer.release();
    assertRejected(await second, 'withdrawal-confirmed');
    assertRejected(await a.questions.failWithdrawal(id, operator), 'withdrawal-confirmed');
    await assertCompleted(scene);
  },
);

scene('two operators who fail a withdrawal at the same time get the same result', 1, async (scene, t) => {
  const { a, b, id } = scene;
  const slow = pauseNextCall(t, 'failTransaction', 'after');
  const first = a.questions.failWithdrawal(id, operator);
  await slow.reached;
  const second = await done(b.questions.failWithdrawal(id, { actor: 'otto', reason: 'another test' }));
  slow.release();
  assert.deepEqual(await done(first), second);
  await assertFailed(scene);
  assert.equal((await a.reads.rows('transfers', { kind: 'withdrawal-release' })).length, 1);
  assertRejected(await a.questions.failWithdrawal(id, operator), 'withdrawal-stage-wrong');
});

scene('if sending again fails, its outcome is unknown, and the next sweep sends it', 1, async (scene, t) => {
  const { a, id, restart } = scene;
  const fault = new StoreFault('not-done', 'the chain is away');
  const mocks = [SqliteSimulatedChain, PostgresSimulatedChain].map(({ prototype }) =>
    t.mock.method(prototype, 'broadcast', async () => {
      throw fault;
    }),
  );
  await assert.rejects(a.questions.resendWithdrawal(id, operator), { name: 'StoreFault', fault: 'unknown' });
  for (const { mock } of mocks) mock.restore();
  assert.deepEqual(await chainStates(scene), ['pending', 'absent']);
  const engine = await restart();
  await eventually(
    () => chainStates({ ...scene, a: engine }),
    ([, later]) => later === 'pending',
  );
  await assertCompleted(scene, engine);
});

scene('a withdrawal that was sent twice fails with both of its transactions', 1, async (scene) => {
  const { a, id } = scene;
  await done(a.questions.resendWithdrawal(id, operator));
  await done(a.questions.failWithdrawal(id, operator));
  await assertFailed(scene);
});

scene('when the later of two transactions is mined, failing changes neither of them', 2, async (scene) => {
  const { a, id } = scene;
  await done(a.questions.resendWithdrawal(id, operator));
  await a.questions.mineBlocks(sky, 1);
  const before = await chainStates(scene);
  assertRejected(await a.questions.failWithdrawal(id, operator), 'withdrawal-confirmed');
  assert.deepEqual(await chainStates(scene), before);
  await a.questions.reorganise(sky, 1, 'none');
  await assertCompleted(scene);
  const [first, second] = await a.reads.rows('withdrawal_attempts', { withdrawalId: id });
  assert.deepEqual([first?.state, second?.state], ['failed', 'mined']);
});

/** The last event before the process ends; `fails`: whether the next process fails the withdrawal. */
const ends: readonly { after: string; fails: boolean; play(scene: Scene): Promise<unknown> }[] = [
  { after: 'the decision', fails: true, async play() {} },
  {
    after: 'its transaction was dropped',
    fails: true,
    play: ({ chain, txId }) => chain.failTransaction(sky, txId, operator.reason),
  },
  { after: 'its transaction was mined', fails: false, play: ({ chain }) => chain.mine(sky, 1) },
  {
    after: 'its transaction was mined and reorganised away',
    fails: true,
    async play({ chain }) {
      await chain.mine(sky, 1);
      await chain.reorganise(sky, 1, 'none');
    },
  },
  {
    after: 'the chain refused to drop its transaction',
    fails: false,
    async play({ chain, txId }) {
      await chain.mine(sky, 1);
      assert.equal(await chain.failTransaction(sky, txId, operator.reason), false);
      await chain.reorganise(sky, 1, 'none');
    },
  },
  {
    after: 'the decision was revoked',
    fails: false,
    async play({ a, chain, id }) {
      await chain.mine(sky, 1);
      await done(submitting(a).submit('revokeWithdrawalFailure', { id }));
    },
  },
];

for (const { after, fails, play } of ends) {
  scene(`after the process has ended when ${after}, the next one continues`, 1, async (scene) => {
    const { a, id, restart } = scene;
    await done(submitting(a).submit('failWithdrawal', { id, operator }));
    await play(scene);
    const engine = await restart();
    await eventually(
      () => rowOf(engine, id),
      ({ stage, failure }) => stage !== 'broadcast' || failure === null,
    );
    await (fails ? assertFailed(scene, engine) : assertCompleted(scene, engine));
  });
}
