/** One owner, one payment: the commands about claims, and the constraints of both stores, also for statements by hand. */
import assert from 'node:assert/strict';
import { proposeChange } from '../../../src/command/approval/change-propose.ts';
import { putApprovalPolicy } from '../../../src/command/approval/policy-put.ts';
import { expireClaim, extendClaim, releaseClaim } from '../../../src/command/claim/claim-change.ts';
import { type Resolution, resolveClaim } from '../../../src/command/claim/claim-resolve.ts';
import { takeClaim } from '../../../src/command/claim/claim-take.ts';
import { reportConfirmations, reportUnsent } from '../../../src/command/claim/outcome-report.ts';
import { reportTransaction } from '../../../src/command/claim/transaction-report.ts';
import type { Operator } from '../../../src/command/unit-of-work.ts';
import { failWithdrawal } from '../../../src/command/withdrawal/withdrawal-fail.ts';
import type { ErrorId } from '../../../src/contract/errors.ts';
import type { Command, Write } from '../../../src/store/port.ts';
import { leaseMs, openManual, otherSigner, queue, signer, treasurer } from '../../support/manual-world.ts';
import { admit, onBehalf, person } from '../../support/people.ts';
import type { StoreWorld } from '../../support/store-world.ts';
import { decimal } from '../../support/world-plan.ts';
import { kindOf, writing } from './raw.ts';
import { conformance, shared } from './stores.ts';

const sent = (id: string, txId = 't1', generation = 1) => ({
  operator: signer,
  id,
  generation,
  txId,
  signedTransaction: '',
});
const confirmed = (id: string, confirmations: number, txId = 't1') => ({
  operator: signer,
  id,
  txId,
  confirmations,
  final: false,
});
const take = (id: string, operator = signer, ms = leaseMs) => ({ operator, id, leaseMs: ms });

async function stateOf({ store: { reads } }: StoreWorld, id: string) {
  const row = await reads.row('withdrawals', { id });
  const claims = await reads.rows('withdrawal_claims', { withdrawalId: id });
  return [row?.stage, row?.txId, claims.map(({ owner, state }) => `${owner} ${state}`).join()];
}
const custody = async (world: StoreWorld) => (await world.rows('custody', { asset: 'HAND' }))[0]?.available;

async function why<I>(world: StoreWorld, command: Command<I, unknown, ErrorId>, input: I) {
  const { rejected, details } = await world.rejection(command, input);
  return 'why' in details ? `${rejected} ${details.why}` : rejected;
}

/** A withdrawal whose lease has expired. */
async function expired(world: StoreWorld): Promise<string> {
  const id = await queue(world);
  await world.run(takeClaim, take(id, signer, 0));
  assert.equal(await why(world, reportTransaction, sent(id)), 'claim-refused expired');
  await world.run(expireClaim, { claimId: `${id}:1` });
  return id;
}

conformance(
  'a claim has one owner, and its transaction completes the withdrawal once',
  async (_site, store) => {
    const world = await openManual(store);
    const id = await queue(world);
    const batch = [signer, otherSigner, signer].map((who) => ({ command: takeClaim, input: take(id, who) }));
    assert.deepEqual((await store.execute(batch)).map(kindOf), [
      'done',
      'withdrawal-claimed',
      'withdrawal-claimed',
    ]);
    assert.equal(await custody(world), 91n, 'reserved');
    assert.equal(await why(world, failWithdrawal, { id, operator: treasurer }), 'network-manual');
    const stranger = { ...sent(id), operator: otherSigner };
    assert.equal(await why(world, reportTransaction, stranger), 'claim-refused other-owner');
    assert.equal(await why(world, reportTransaction, sent(id, 't1', 2)), 'claim-refused other-generation');
    await world.run(extendClaim, { operator: signer, id, generation: 1, leaseMs });
    await world.run(reportTransaction, sent(id));
    const before = await world.dump();
    await world.run(reportTransaction, sent(id));
    assert.deepEqual(await world.dump(), before, 'the same report again changes nothing');
    assert.equal(await why(world, reportTransaction, sent(id, 't2')), 'transaction-reported');
    await world.run(reportTransaction, { ...sent(id, 't2'), replaces: 't1' });
    const other = await queue(world);
    await world.run(takeClaim, take(other));
    assert.equal(await why(world, reportTransaction, sent(other)), 'transaction-taken');
    await world.run(reportConfirmations, confirmed(id, 2));
    await world.run(reportConfirmations, { ...confirmed(id, 3), operator: treasurer });
    assert.deepEqual(await stateOf(world, id), ['completed', 't1', 'token:signer ended']);
    await world.run(reportConfirmations, confirmed(id, 9));
    assert.equal(await why(world, reportConfirmations, confirmed(id, 9, 't2')), 'withdrawal-stage-wrong');
    assert.equal(await why(world, reportUnsent, { operator: signer, id }), 'withdrawal-stage-wrong');
    const attempts = await world.rows('withdrawal_attempts', { withdrawalId: id });
    assert.deepEqual(
      attempts.map(({ txId, state }) => `${txId} ${state}`),
      ['t1 mined', 't2 failed'],
    );
  },
);

conformance(
  'after a release another owner can send the withdrawal; the first one can report nothing more',
  async (_site, store) => {
    const world = await openManual(store);
    const id = await queue(world);
    await world.run(takeClaim, take(id));
    await world.run(releaseClaim, { operator: signer, id, generation: 1 });
    assert.equal(await custody(world), 100n);
    assert.equal(await why(world, reportTransaction, sent(id)), 'claim-refused not-claimed');
    await world.run(takeClaim, take(id, otherSigner));
    assert.equal(await why(world, reportTransaction, sent(id)), 'claim-refused other-owner');
    await world.run(reportTransaction, { ...sent(id, 't1', 2), operator: otherSigner });
    const release = { operator: otherSigner, id, generation: 2 };
    assert.equal(await why(world, releaseClaim, release), 'withdrawal-stage-wrong');
    assert.deepEqual(await stateOf(world, id), ['broadcast', 't1', 'token:signer released,token:other sent']);
  },
);

conformance(
  'after the lease only a person decides, and the withdrawal is never queued automatically',
  async (_site, store) => {
    const world = await openManual(store);
    const [first, second, third] = [await expired(world), await expired(world), await expired(world)];
    assert.deepEqual(await stateOf(world, first), ['unknown', '', 'token:signer unknown']);
    for (const operator of [signer, otherSigner])
      assert.equal(await why(world, takeClaim, take(first, operator)), 'withdrawal-stage-wrong');
    assert.equal(
      await why(world, releaseClaim, { operator: signer, id: first, generation: 1 }),
      'claim-refused expired',
    );
    assert.equal(await why(world, reportUnsent, { operator: signer, id: first }), 'claim-refused expired');
    assert.equal(
      await why(world, reportUnsent, { operator: treasurer, id: first }),
      'claim-refused other-owner',
    );
    const resolve = (id: string, resolution: object, operator = treasurer) =>
      ({ operator, id, resolution }) as Parameters<typeof resolveClaim.decide>[0];
    const queueAgain = { outcome: 'not-sent', next: 'queue' };
    assert.equal(
      await why(world, resolveClaim, resolve(first, queueAgain, signer)),
      'claim-refused not-a-person',
    );
    await world.run(resolveClaim, resolve(first, { outcome: 'sent', txId: 't1' }));
    await world.run(reportConfirmations, { ...confirmed(first, 3), operator: treasurer });
    assert.deepEqual(await stateOf(world, first), ['completed', 't1', 'token:signer ended']);
    await world.run(resolveClaim, resolve(second, queueAgain));
    assert.deepEqual(await stateOf(world, second), ['queued', '', 'token:signer released']);
    await world.run(resolveClaim, resolve(third, { outcome: 'not-sent', next: 'fail' }));
    assert.deepEqual(await stateOf(world, third), ['failed', '', 'token:signer ended']);
    assert.equal(await world.free(world.alice, 'HAND'), 80n);
  },
);

conformance(
  'if the policy says so, two people give back a withdrawal whose outcome is unknown',
  async (_site, store) => {
    const world = await openManual(store);
    const theo = person('theo', 'treasurer');
    await world.run(admit, { admitted: [treasurer, theo] });
    const policy = { rules: [], changes: [{ kind: 'outcomes' }, { kind: 'prices' }] } as const;
    await world.run(putApprovalPolicy, { operator: theo, ...policy });
    const [first, second] = [await expired(world), await expired(world)];
    const { commands } = world;
    const submit = async (operator: Operator, id: string, resolution: Resolution) => {
      const outcome = await commands.submit('resolveClaim', { operator, id, resolution });
      return 'rejected' in outcome ? outcome.rejected : kindOf(outcome);
    };
    for (const next of ['queue', 'fail'] as const)
      assert.equal(await submit(treasurer, first, { outcome: 'not-sent', next }), 'second-person-needed');
    assert.equal(await submit(treasurer, second, { outcome: 'sent', txId: 't1' }), 'done');
    const proposed = await world.run(proposeChange, {
      operator: treasurer,
      kind: 'outcomes',
      subject: first,
      input: {},
    });
    const carriedOut = (by: Operator) => onBehalf(proposed, 'resolve-withdrawals', by);
    const fail = { outcome: 'not-sent', next: 'fail' } as const;
    assert.equal(await submit(carriedOut(treasurer), first, fail), 'proposal-refused');
    assert.equal(await submit(carriedOut(theo), first, fail), 'done');
    const [claim] = await world.rows('withdrawal_claims', { withdrawalId: first });
    assert.deepEqual([claim?.state, claim?.decidedBy], ['ended', 'theo']);
    const price = { operator: treasurer, asset: 'HAND', price: decimal('2') };
    const priced = await commands.submit('putPrice', price);
    assert.equal('rejected' in priced && priced.rejected, 'second-person-needed');
  },
);

conformance('a claim that is declared unsent releases the hold and the custody', async (_site, store) => {
  const world = await openManual(store);
  const [claimed, broadcast] = [await queue(world), await queue(world)];
  for (const id of [claimed, broadcast]) await world.run(takeClaim, take(id));
  await world.run(reportTransaction, sent(broadcast));
  for (const id of [claimed, broadcast]) await world.run(reportUnsent, { operator: signer, id });
  for (const id of [claimed, broadcast]) assert.equal((await stateOf(world, id))[0], 'failed');
  assert.deepEqual([await world.free(world.alice, 'HAND'), await custody(world)], [100n, 100n]);
});

conformance(
  'both stores refuse another owner, a second claim, and a way back, also by hand',
  async (_site, store) => {
    const world = await openManual(store);
    const [held, unknown, broadcast] = [await queue(world), await expired(world), await queue(world)];
    await world.run(takeClaim, take(held));
    await world.run(takeClaim, take(broadcast));
    await world.run(reportTransaction, sent(broadcast));
    const claimOf = (id: string) => ({ update: 'withdrawal_claims', key: { id: `${id}:1` } }) as const;
    const rowOf = (id: string) => ({ update: 'withdrawals', key: { id } }) as const;
    const [known] = await world.rows('withdrawal_claims', { id: `${held}:1` });
    assert.ok(known);
    const next = { ...known, id: `${held}:2`, generation: 2, previous: `${held}:1`, owner: 'token:other' };
    const end = { endedAt: 1 };
    const refused: readonly (readonly Write[])[] = [
      [{ ...claimOf(held), set: { owner: 'token:other' } }],
      [{ insert: 'withdrawal_claims', row: next }],
      [{ insert: 'withdrawal_claims', row: { ...next, previous: null } }],
      [{ ...rowOf(held), set: { claim: null, stage: 'queued' } }],
      [{ ...rowOf(held), set: { stage: 'queued' } }],
      [{ ...rowOf(held), set: { signedTransaction: 'bytes', stage: 'broadcast' } }],
      [{ ...claimOf(unknown), set: { state: 'held' } }],
      [{ ...claimOf(unknown), set: { state: 'released', ...end } }],
      [{ ...claimOf(unknown), set: { state: 'released', decidedBy: 'token:signer', ...end } }],
      [{ ...rowOf(unknown), set: { claim: null, stage: 'queued' } }],
      [{ ...claimOf(broadcast), set: { state: 'released', decidedBy: 'tara', ...end } }],
      [{ ...claimOf(broadcast), set: { state: 'held' } }],
      [{ delete: 'withdrawal_claims', key: { id: `${held}:1` } }],
    ];
    for (const writes of refused) {
      const outcomes = await store.execute([writing(...writes)]);
      assert.deepEqual(outcomes.map(kindOf), ['bug'], JSON.stringify(writes));
    }
    assert.deepEqual(await stateOf(world, held), ['claimed', '', 'token:signer held']);
  },
);

conformance(
  'if two processes claim at the same moment, one becomes the owner',
  async (site, store) => {
    if (site.kind !== 'PostgreSQL') return;
    const world = await openManual(store);
    const other = await site.open();
    for (let round = 0; round < 10; round += 1) {
      const id = await queue(world, 2);
      const outcomes = await Promise.all([
        store.execute([{ command: takeClaim, input: take(id) }]),
        other.execute([{ command: takeClaim, input: take(id, otherSigner) }]),
      ]);
      const kinds = outcomes.flatMap((each) => each.map(kindOf)).sort();
      assert.deepEqual(kinds, ['done', 'withdrawal-claimed']);
    }
  },
  shared,
);
